import { setTimeout as delay } from 'node:timers/promises';

/** One server-sent event. */
export interface SentEvent {
  readonly id: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- events have many shapes
  readonly data: any;
}

const COMES_BACK_AFTER_MS = 100;

/**
 * Follows a stream of server-sent events as a browser does: whenever it ends it is opened again with the id that was seen
 * last. `received` grows as they come.
 */
export class EventStream {
  readonly received: SentEvent[] = [];
  /** The id seen last, with or without an event. */
  lastId: string | undefined;
  /** How often the stream was opened. */
  opened = 0;
  private readonly url: string;
  private closed = false;
  private connection = new AbortController();
  private readonly work: Promise<void>;

  constructor(url: string, after?: string) {
    this.url = url;
    this.lastId = after;
    this.work = this.run();
  }

  /** Cuts the connection, as a network does. */
  cut(): void {
    this.connection.abort();
  }

  async close(): Promise<void> {
    this.closed = true;
    this.cut();
    await this.work;
  }

  private async run(): Promise<void> {
    while (!this.closed) {
      this.connection = new AbortController();
      await this.read().catch(() => {});
      if (!this.closed) await delay(COMES_BACK_AFTER_MS);
    }
  }

  private async read(): Promise<void> {
    const headers: Record<string, string> = this.lastId === undefined ? {} : { 'last-event-id': this.lastId };
    const response = await fetch(this.url, { headers, signal: this.connection.signal });
    if (!response.ok) {
      await response.body?.cancel();
      return;
    }
    this.opened += 1;
    let text = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      const blocks = (text + chunk).split('\n\n');
      text = blocks.pop()!;
      for (const block of blocks) this.take(block);
    }
  }

  private take(block: string): void {
    const fields = new Map(block.split('\n').map((line) => line.split(/: (.*)/s, 2) as [string, string]));
    this.lastId = fields.get('id') ?? this.lastId;
    const data = fields.get('data');
    if (data !== undefined) this.received.push({ id: this.lastId!, data: JSON.parse(data) });
  }
}
