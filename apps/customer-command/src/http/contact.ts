import type { ChangeContact } from '#contexts/customer/commands/change-contact.command';
import { InvalidRequest } from '#mechanisms/service/index';
import type { ChangeContactRequest } from './change-customer.requests.ts';

/** The contact that the request asks for. @throws InvalidRequest when it asks for nothing */
export function contactOf({ name, email }: ChangeContactRequest): ChangeContact['contact'] {
  if (name === undefined && email === undefined) {
    throw new InvalidRequest([{ pointer: '#', detail: 'must have name, email or both' }]);
  }
  return { ...(name !== undefined && { name }), ...(email !== undefined && { email }) };
}
