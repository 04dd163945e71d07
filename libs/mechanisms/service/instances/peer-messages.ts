import type { Receipt } from '#mechanisms/event-store/index';

/** Where one instance takes what another one passes on to it; not for clients. */
export const peerPath = (entity: string, operation: PeerOperation): string => `/internal/${entity}/${operation}`;

/** What an instance asks of the one that owns the entity's partition. */
export type PeerOperation = 'execute' | 'wait' | 'prompt' | 'parked';

/** An error on its way between instances: everything that answers are made from. */
export interface PeerError {
  readonly name: string;
  readonly message: string;
  readonly code: string;
  readonly retriable?: boolean;
  readonly currentVersion?: number;
}

export type Executed = { readonly receipt: Receipt } | { readonly error: PeerError };

/** Errors are recognised by their code, so a plain one with the same fields stands for the original. */
export const toError = ({ message, ...fields }: PeerError): Error => Object.assign(new Error(message), fields);

/** Undefined for an error that has no code: a defect, of which nobody knows how far it came. */
export function toPeerError(error: unknown): PeerError | undefined {
  const { name, message, code, retriable, currentVersion } = error as Partial<PeerError>;
  if (name === undefined || message === undefined || typeof code !== 'string') return undefined;
  return {
    name,
    message,
    code,
    ...(retriable !== undefined && { retriable }),
    ...(currentVersion !== undefined && { currentVersion }),
  };
}
