/** What is played in one run; the command line hands it over in the environment, since Jest stands between. */
export interface FaultSettings {
  readonly seeds: readonly number[];
  readonly instances: number;
  readonly brokers: 1 | 3;
  readonly loadMs: number;
  /** A round counts only when all of its accidents have happened. */
  readonly everyAccident: boolean;
}

const VARIABLE = 'FAULT_SETTINGS';

/** What `npm test` plays: an instance of order-command is killed, and then the broker, within a transaction. */
const SELECTION: FaultSettings = { seeds: [1408], instances: 2, brokers: 1, loadMs: 6_000, everyAccident: true };

export const toEnvironment = (settings: FaultSettings): Record<string, string> => ({
  [VARIABLE]: JSON.stringify(settings),
});

export function settingsFromEnvironment(): FaultSettings {
  const text = process.env[VARIABLE];
  return text === undefined ? SELECTION : (JSON.parse(text) as FaultSettings);
}
