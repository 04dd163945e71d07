import { Transform } from 'class-transformer';
import { Uuid } from './fields.ts';

/** The `:id` of a path; UUIDs are the same in either case, and ours are stored in lower case. */
export class IdParam {
  @Uuid()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toLowerCase() : value))
  id: string;
}
