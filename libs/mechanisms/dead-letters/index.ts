export { deadLetterTopicOf, decodeHeaders, encodeHeaders, publishedLetter } from './dead-letter.ts';
export type { DeadLetterRecord, RecordHeaders } from './dead-letter.ts';
