/** A member of the group of owners, as it described itself when it joined. */
export interface OwnerReport {
  readonly memberId: string;
  /** The partitions that it holds now, open or about to be. */
  readonly held: readonly number[];
  /** The generation that gave them to it; of two that claim the same partition the older one was given up. */
  readonly generation: number;
}

export interface SharedPartitions {
  /** What each member is to hold from now on. */
  readonly shares: ReadonlyMap<string, readonly number[]>;
  /** Where each partition's commands go, by partition: to its new owner, or to the one that still holds it. */
  readonly routes: readonly string[];
}

/**
 * Spreads the partitions evenly, and moves as few as that takes: a member keeps what it holds up to its quota. A
 * partition that moves is given to nobody while another member holds it; that one lets it go, joins again, and the next
 * generation gives it away. So a partition that stays is never interrupted, and one that moves has one owner at a time
 * (the cooperative protocol of KIP-429). A pure function: every leader decides the same.
 */
export function sharePartitions(members: readonly OwnerReport[], partitions: number): SharedPartitions {
  const holders = holdersOf(members, partitions);
  const targets = targetsOf(members, partitions, holders);
  const isFree = (partition: number, memberId: string) => (holders.get(partition) ?? memberId) === memberId;
  const shares = new Map([...targets].map(([id, own]) => [id, own.filter((partition) => isFree(partition, id))]));
  const owners = new Map(
    [...targets].flatMap(([id, own]) => own.map((partition): [number, string] => [partition, id])),
  );
  const routes = Array.from({ length: partitions }, (_, partition) => holders.get(partition) ?? owners.get(partition)!);
  return { shares, routes };
}

function holdersOf(members: readonly OwnerReport[], partitions: number): Map<number, string> {
  const holders = new Map<number, string>();
  const oldestFirst = members.toSorted((a, b) => a.generation - b.generation || compare(a.memberId, b.memberId));
  for (const { memberId, held } of oldestFirst) {
    for (const partition of held) if (partition < partitions) holders.set(partition, memberId);
  }
  return holders;
}

function targetsOf(
  members: readonly OwnerReport[],
  partitions: number,
  holders: ReadonlyMap<number, string>,
): Map<string, number[]> {
  const held = new Map(members.map(({ memberId }): [string, number[]] => [memberId, []]));
  for (const [partition, memberId] of [...holders].toSorted(([a], [b]) => a - b)) held.get(memberId)!.push(partition);
  const smallest = Math.floor(partitions / members.length);
  let withOneMore = partitions % members.length;
  const targets = new Map<string, number[]>();
  const most = [...held].toSorted(([idA, a], [idB, b]) => b.length - a.length || compare(idA, idB));
  for (const [memberId, own] of most) {
    const quota = smallest + (withOneMore > 0 ? 1 : 0);
    if (quota > smallest) withOneMore -= 1;
    targets.set(memberId, own.slice(0, quota));
  }
  const taken = new Set([...targets.values()].flat());
  for (let partition = 0; partition < partitions; partition += 1) {
    if (!taken.has(partition)) leastLoaded(targets).push(partition);
  }
  for (const own of targets.values()) own.sort((a, b) => a - b);
  return targets;
}

const leastLoaded = (targets: ReadonlyMap<string, number[]>): number[] =>
  [...targets.values()].reduce((least, own) => (own.length < least.length ? own : least));

const compare = (a: string, b: string): number => (a < b ? -1 : 1);
