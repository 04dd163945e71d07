export { DeadlineCompanion } from './deadline-companion.ts';
export type { Perform } from './effect.ts';
export { EFFECT_SETTINGS, EffectCompanion } from './effect-companion.ts';
export type { EffectSettings } from './effect-companion.ts';
