/** A refusal by a rule of the domain: expected, final, and told to the caller by its stable code. */
export class DomainError<Code extends string = string> extends Error {
  override readonly name = 'DomainError';
  readonly code: Code;

  constructor(code: Code, detail: string) {
    super(detail);
    this.code = code;
  }
}

/** Whether a refusal says that the entity it is about does not exist. */
export const isNotFound = (code: string): boolean => code.endsWith('_NOT_FOUND');
