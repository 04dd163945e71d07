import { progressOfVersions } from '#mechanisms/projections/versions/version-progress';
import type { VersionProgress } from '#mechanisms/projections/versions/version-progress';
import type { Topics } from '#mechanisms/kafka/index';
import type { Sql } from '#mechanisms/projections/index';

/** How far a version is. */
export interface Progress extends VersionProgress {
  /** Offsets that it has not read. */
  readonly behind: number;
  /** Since the last look; missing at the first. */
  readonly eventsPerSecond?: number;
  /** Missing while it does not come nearer. */
  readonly secondsLeft?: number;
}

interface Look {
  readonly at: number;
  readonly versions: readonly Progress[];
}

/** Measures how fast versions are filled, between one look and the next. */
export class ProgressMeter {
  private readonly sql: Sql;
  private readonly topics: Topics;
  private last: Look | undefined;

  constructor(sql: Sql, topics: Topics) {
    this.sql = sql;
    this.topics = topics;
  }

  async look(): Promise<readonly Progress[]> {
    const found = await progressOfVersions(this.sql);
    const at = performance.now();
    const topicsOf = ({ projection }: VersionProgress) =>
      new Set(found.filter((one) => one.projection === projection).flatMap(topicsIn));
    const ends = await this.topics.endOffsets([...new Set(found.flatMap(topicsIn))]);
    const versions = found.map((version) => {
      const read = version.offsets.reduce((sum, { offset }) => sum + offset, 0);
      const end = [...topicsOf(version)].flatMap((topic) => ends.get(topic) ?? []).reduce((sum, one) => sum + one, 0);
      const behind = Math.max(0, end - read);
      return { ...version, behind, ...this.speedOf(version, behind, at) };
    });
    this.last = { at, versions };
    return versions;
  }

  private speedOf(version: VersionProgress, behind: number, at: number) {
    const before = this.last?.versions.find(
      (one) => one.projection === version.projection && one.version === version.version,
    );
    if (!before || !this.last) return {};
    const seconds = (at - this.last.at) / 1000;
    const nearer = before.behind - behind;
    return {
      eventsPerSecond: (version.consumed - before.consumed) / seconds,
      ...(nearer > 0 && { secondsLeft: (behind / nearer) * seconds }),
    };
  }
}

const topicsIn = ({ offsets }: VersionProgress): string[] => offsets.map(({ topic }) => topic);
