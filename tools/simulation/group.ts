import type { SeededRandom } from '#mechanisms/testing/seeded-random';
import type { Network } from './network.ts';
import type { SimulatedProcess } from './simulated-process.ts';

/** A process as the group sees it. */
export interface Member {
  readonly process: SimulatedProcess;
  readonly leaving: boolean;
  /** Hears what it should own; a word of an earlier generation may come after a later one. */
  assigned(generation: number, partitions: readonly number[]): void;
}

/** How long a paused process is still taken for a member. */
const SESSION_MS = 150;

/** Shares the partitions among the members, anew whenever they change, and at other times too. */
export class Group {
  generation = 0;
  private members: readonly Member[] = [];
  private owners: (Member | undefined)[] = [];
  private readonly partitions: number;
  private readonly random: SeededRandom;
  private readonly network: Network;

  constructor(partitions: number, random: SeededRandom, network: Network) {
    this.partitions = partitions;
    this.random = random;
    this.network = network;
  }

  /** Looks who is there. */
  look(running: readonly Member[]): void {
    const members = running.filter(({ process, leaving }) => !leaving && process.pausedFor < SESSION_MS);
    if (members.length === this.members.length && members.every((member) => this.members.includes(member))) return;
    this.members = members;
    this.share();
  }

  share(): void {
    const { members, random, network } = this;
    if (members.length === 0) return;
    this.generation += 1;
    const { generation } = this;
    this.owners = Array.from({ length: this.partitions }, (_, partition) => {
      const present = this.owners[partition];
      return present && members.includes(present) && random.chance(0.5) ? present : random.oneOf(members);
    });
    for (const member of members) {
      const own = [...this.owners.keys()].filter((partition) => this.owners[partition] === member);
      network.carry(() => member.process.step(0, () => member.assigned(generation, own)));
    }
  }
}
