/** What is played in one run; the command line hands it over in the environment, since Jest stands between. */
export interface FaultSettings {
  readonly seeds: readonly number[];
  readonly instances: number;
  readonly loadMs: number;
}

const VARIABLE = 'FAULT_SETTINGS';

/** What `npm test` plays, in about a minute: the broker is killed within a transaction, and either instance on its way. */
const SELECTION: FaultSettings = { seeds: [10, 12], instances: 2, loadMs: 5_000 };

export const toEnvironment = (settings: FaultSettings): Record<string, string> => ({
  [VARIABLE]: JSON.stringify(settings),
});

export function settingsFromEnvironment(): FaultSettings {
  const text = process.env[VARIABLE];
  return text === undefined ? SELECTION : (JSON.parse(text) as FaultSettings);
}
