export { FaultProxy } from './fault-proxy.ts';
export { faultPlan } from './faults.ts';
export type { Fate, FaultRule, Faults } from './faults.ts';
export { Api } from './message.ts';
export type { ApiName, Direction } from './message.ts';
