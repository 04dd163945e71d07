/** Has an entity's open request worked now, instead of after its pause. */
export abstract class OpenRequestPrompt {
  /** Answers at once; does nothing when no request is open, or when it is being worked. */
  abstract prompt(entityId: string): void;
}
