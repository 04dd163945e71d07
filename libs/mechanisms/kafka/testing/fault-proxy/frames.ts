const SIZE_BYTES = 4;
/** A broker's own limit of a request (`socket.request.max.bytes`); what claims to be larger does not speak Kafka. */
const MOST_BYTES = 100 * 1024 * 1024;

/** Cuts a stream of bytes into Kafka's messages, each with its size field. A frame is a copy that may be changed. */
export class Frames {
  #chunks: Buffer[] = [];
  #size = 0;
  #wanted = SIZE_BYTES;

  /** The messages that the bytes complete, in order. @throws RangeError when this cannot be Kafka's protocol */
  take(chunk: Buffer): Buffer[] {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size < this.#wanted) return [];
    let bytes = Buffer.concat(this.#chunks);
    const frames: Buffer[] = [];
    for (;;) {
      this.#wanted = bytes.length < SIZE_BYTES ? SIZE_BYTES : SIZE_BYTES + sizeIn(bytes);
      if (bytes.length < this.#wanted) break;
      frames.push(bytes.subarray(0, this.#wanted));
      bytes = bytes.subarray(this.#wanted);
    }
    this.#chunks = [bytes];
    this.#size = bytes.length;
    return frames;
  }
}

function sizeIn(bytes: Buffer): number {
  const size = bytes.readInt32BE(0);
  if (size < SIZE_BYTES || size > MOST_BYTES) throw new RangeError(`A message of ${size} bytes is none of Kafka's.`);
  return size;
}
