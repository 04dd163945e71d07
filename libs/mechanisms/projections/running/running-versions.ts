import type { ProjectionVersion } from '../projection.ts';
import type { VersionRow } from '../versions/versions.ts';
import type { ProjectionRunner } from './projection-runner.ts';
import type { ProjectionStatus } from './status.ts';

/** A version that this process is to look after, and what its row says. */
export interface WantedVersion {
  readonly version: ProjectionVersion;
  readonly row: VersionRow;
}

interface Running {
  readonly runner: ProjectionRunner;
  readonly madeAt: string;
}

/** The runners of a process, one for each version that is wanted and not paused. */
export class RunningVersions {
  readonly #start: (wanted: WantedVersion) => ProjectionRunner;
  readonly #running = new Map<string, Running>();
  #paused: readonly WantedVersion[] = [];

  constructor(start: (wanted: WantedVersion) => ProjectionRunner) {
    this.#start = start;
  }

  /** Stops what is wanted no more, or was made anew and has to be read from the beginning; starts what is missing. */
  async become(wanted: readonly WantedVersion[]): Promise<void> {
    this.#paused = wanted.filter(({ row }) => row.isPaused);
    const active = new Map(wanted.filter(({ row }) => !row.isPaused).map((one) => [one.version.schema, one]));
    const over = [...this.#running].filter(([schema, { madeAt }]) => active.get(schema)?.row.madeAt !== madeAt);
    await Promise.all(
      over.map(([schema, { runner }]) => {
        this.#running.delete(schema);
        return runner.stop();
      }),
    );
    for (const [schema, one] of active) {
      const known = this.#running.get(schema);
      if (known) known.runner.terms = one.row;
      else await this.#add(one);
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ runner }) => runner.stop()));
  }

  status(): ProjectionStatus[] {
    const paused = this.#paused.map(({ version, row: { isCurrent } }): ProjectionStatus => ({
      projection: version.schema,
      isCurrent,
      isPaused: true,
      partitions: [],
    }));
    return [...[...this.#running.values()].map(({ runner }) => runner.status()), ...paused];
  }

  async #add(wanted: WantedVersion): Promise<void> {
    const runner = this.#start(wanted);
    this.#running.set(wanted.version.schema, { runner, madeAt: wanted.row.madeAt });
    await runner.start();
  }
}
