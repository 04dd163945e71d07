/** Reads what a record consists of, one after the other: numbers and byte strings of variable length. */
export class RecordCursor {
  readonly buffer: Buffer;
  at: number;

  constructor(buffer: Buffer, at: number) {
    this.buffer = buffer;
    this.at = at;
  }

  /** A zig-zag encoded varint or varlong, as far as it is a safe integer. */
  varInt(): number {
    let byte = this.buffer[this.at++]!;
    let value = byte & 127;
    // Not by shifting: deltas of timestamps exceed 32 bits.
    for (let scale = 128; byte > 127; scale *= 128) {
      byte = this.buffer[this.at++]!;
      value += (byte & 127) * scale;
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** A view, or null. */
  bytes(): Buffer | null {
    const size = this.varInt();
    if (size < 0) return null;
    const start = this.at;
    this.at = start + size;
    return this.buffer.subarray(start, this.at);
  }

  /** Passes over a byte string. */
  skip(): this {
    const size = this.varInt();
    if (size > 0) this.at += size;
    return this;
  }

  /** Passes over a text; answers whether it is this one, of ASCII characters. */
  isText(text: string): boolean {
    const size = this.varInt();
    const start = this.at;
    this.at = start + size;
    return size === text.length && this.buffer.toString('latin1', start, this.at) === text;
  }

  text(): string {
    const size = this.varInt();
    const start = this.at;
    this.at = start + size;
    return this.buffer.toString('utf8', start, this.at);
  }
}
