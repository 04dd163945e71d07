export { deadLetterTopicOf, decodeHeaders, encodeHeaders, headersOf, publishedLetter } from './dead-letter.ts';
export type { DeadLetter, DeadLetterRecord, RecordHeaders } from './dead-letter.ts';
export type { DeadLetterFilter, DeadLetters, Discarded, Discarding, Redriven } from './dead-letters.ts';
