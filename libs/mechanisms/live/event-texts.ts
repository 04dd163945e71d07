import { setTimeout as sleep } from 'node:timers/promises';
import { historyItems } from '#mechanisms/history/history-item';
import type { KafkaLogger, LogRecord } from '#mechanisms/kafka/index';
import type { EventDeclaration } from '#mechanisms/schemas/declare';
import type { Entity } from '#mechanisms/schemas/entity';
import { EventDecoder, UndecodableBytes } from '#mechanisms/schemas/index';
import type { SchemaTopic } from '#mechanisms/schemas/index';

const UNREADABLE_PAUSE_MS = 1_000;

/** Events as JSON, as a history shows them; each record is decoded once, for however many. */
export class EventTexts {
  readonly #schemas: SchemaTopic;
  readonly #logger: KafkaLogger;
  readonly #decoder: EventDecoder<EventDeclaration>;
  readonly #toItem: ReturnType<typeof historyItems>;
  readonly #known = new WeakMap<LogRecord, string>();

  constructor({ events: { declarations } }: Entity, schemas: SchemaTopic, logger: KafkaLogger) {
    this.#schemas = schemas;
    this.#logger = logger;
    this.#decoder = new EventDecoder(declarations, schemas.catalogue);
    this.#toItem = historyItems(declarations);
  }

  /**
   * Waits for a schema that is not known yet, and for a newer program, until `signal`. Answers `undefined` for a record
   * that no program can read.
   */
  async of(record: LogRecord, signal: AbortSignal): Promise<string | undefined> {
    while (!signal.aborted) {
      try {
        return this.#textOf(record);
      } catch (error) {
        if (error instanceof UndecodableBytes) {
          this.#logger.warn({ offset: record.offset, err: error }, 'passes over a record that is no event');
          return undefined;
        }
        await this.#schemas.refresh().catch(() => {});
        await sleep(UNREADABLE_PAUSE_MS, undefined, { signal }).catch(() => {});
      }
    }
    return undefined;
  }

  #textOf(record: LogRecord): string {
    const known = this.#known.get(record);
    if (known !== undefined) return known;
    if (!record.key || !record.value) throw new UndecodableBytes('it has no key or no value');
    const { meta, event } = this.#decoder.decode(record.value);
    const text = JSON.stringify(this.#toItem({ entityId: record.key.toString(), meta, event }));
    this.#known.set(record, text);
    return text;
  }
}
