/** Longer than an answer should take: whoever waits for a slower one asks at the same time. */
const PATIENCE_MS = 100;

/**
 * Answers who ask the same at the same time with one execution, which begins after each of them has asked: nobody gets an
 * answer older than the question. While one runs, those who ask meanwhile gather for the next, so the more there are, the
 * more share one, and nobody waits for anything but the executions themselves.
 */
export class Collapser<Answer> {
  readonly #running = new Map<string, Promise<Answer>>();
  readonly #gathering = new Map<string, Promise<Answer>>();

  /** @param question the same for those who may share an answer, and for nobody else */
  run(question: string, execute: () => Promise<Answer>): Promise<Answer> {
    const gathering = this.#gathering.get(question);
    if (gathering) return gathering;
    const running = this.#running.get(question);
    if (!running) return this.#start(question, execute);
    const next = ended(running).then(() => {
      this.#gathering.delete(question);
      return this.#start(question, execute);
    });
    this.#gathering.set(question, next);
    return next;
  }

  #start(question: string, execute: () => Promise<Answer>): Promise<Answer> {
    const run = execute().finally(() => {
      if (this.#running.get(question) === run) this.#running.delete(question);
    });
    this.#running.set(question, run);
    return run;
  }
}

/** Whichever way it ends, or takes too long. */
function ended(run: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, PATIENCE_MS);
    const end = (): void => {
      clearTimeout(timer);
      resolve();
    };
    run.then(end, end);
  });
}
