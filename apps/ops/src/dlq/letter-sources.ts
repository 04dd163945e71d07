import type { DeadLetters } from '#mechanisms/dead-letters/index';

/** Everything that puts records aside, as a list of `DeadLetters`. */
export const LETTER_SOURCES = Symbol('LetterSources');

export type LetterSources = readonly DeadLetters[];
