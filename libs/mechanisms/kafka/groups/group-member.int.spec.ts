import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { GroupMember } from '../index.ts';
import type { Assignment, KafkaConnection, MemberReport, Share } from '../index.ts';
import { connectTo, freshId, freshTopic, until } from '../testing/kafka-under-test.ts';
import { GroupCoordinator } from './group-coordinator.ts';

jest.setTimeout(60_000);

/** The shortest that a broker allows by default. */
const SESSION_TIMEOUT_MS = 6_000;

let kafka: KafkaConnection;
let topic: string;
let groupId: string;
const members: Watched[] = [];

beforeAll(() => {
  kafka = connectTo();
});
beforeEach(async () => {
  topic = await freshTopic(kafka, { partitions: 2 });
  groupId = freshId();
});
afterEach(() => Promise.all(members.splice(0).map(({ member }) => member.stop())));
afterAll(() => kafka.close());

/** A member that says a word, and what it was given; whoever leads gives partition 0 to the smallest word, 1 to the largest. */
class Watched {
  readonly member: GroupMember;
  readonly assignments: Assignment[] = [];
  seenByLeader: readonly MemberReport[] = [];
  word: string;

  constructor(word: string) {
    this.word = word;
    this.member = new GroupMember(kafka, {
      groupId,
      strategy: 'by-word',
      topics: [topic],
      sessionTimeoutMs: SESSION_TIMEOUT_MS,
      report: () => Buffer.from(this.word),
      assign: (reports) => {
        this.seenByLeader = reports;
        return shareByWord(reports);
      },
      onAssigned: (assignment) => this.assignments.push(assignment),
      onFailure: () => undefined,
    });
    members.push(this);
    this.member.start();
  }

  get now(): Assignment | undefined {
    return this.assignments.at(-1);
  }

  get partitions(): readonly number[] {
    return this.now?.partitions[topic] ?? [];
  }

  get news(): string {
    return this.now?.userData.toString() ?? '';
  }
}

function shareByWord(reports: readonly MemberReport[]): Map<string, Share> {
  const sorted = reports.toSorted((a, b) => (String(a.userData) < String(b.userData) ? -1 : 1));
  const userData = Buffer.from(sorted.map((report) => String(report.userData)).join(' '));
  return new Map(
    sorted.map(({ memberId }, index) => {
      const partitions = [...(index === 0 ? [0] : []), ...(index === sorted.length - 1 ? [1] : [])];
      return [memberId, { partitions: { [topic]: partitions }, userData }];
    }),
  );
}

test('members get their shares and what the leader tells all of them', async () => {
  const a = new Watched('a');
  await until(() => a.partitions.length === 2);
  const b = new Watched('b');
  await until(() => a.news === 'a b' && b.news === 'a b');
  expect([a.partitions, b.partitions]).toEqual([[0], [1]]);
  expect(a.now!.generation).toBe(b.now!.generation);
});

test('a member that leaves is missed at once', async () => {
  const a = new Watched('a');
  const b = new Watched('b');
  await until(() => a.news === 'a b' && b.news === 'a b');
  await b.member.stop();
  await until(() => a.news === 'a', SESSION_TIMEOUT_MS - 1_000);
  expect(a.partitions).toEqual([0, 1]);
});

test('a member that joins again tells its news', async () => {
  const a = new Watched('a');
  const b = new Watched('b');
  await until(() => a.news === 'a b' && b.news === 'a b');
  a.word = 'c';
  a.member.rejoin();
  await until(() => a.news === 'b c' && b.news === 'b c');
  expect([a.partitions, b.partitions]).toEqual([[1], [0]]);
});

test('a member can ask whether its assignment is in force', async () => {
  const a = new Watched('a');
  expect(await a.member.confirm()).toBe(false);
  await until(() => a.news === 'a');
  expect(await a.member.confirm()).toBe(true);
});

test('a member that was given up knows it when it asks, and comes back', async () => {
  const a = new Watched('a');
  await until(() => a.news === 'a');
  const before = a.now!.generation;
  await evict(a.seenByLeader[0]!.memberId);
  expect(await a.member.confirm()).toBe(false);
  await until(() => a.now!.generation > before);
  expect(await a.member.confirm()).toBe(true);
});

/** What the coordinator does to a member that has been silent for too long. */
async function evict(memberId: string): Promise<void> {
  const client = kafka.openClient();
  const group = { groupId, strategy: 'by-word', topics: [topic], sessionTimeoutMs: SESSION_TIMEOUT_MS };
  await new GroupCoordinator(client, group).leave(memberId);
  kafka.closeClient(client);
}
