import type { ApiName, Direction, Fate } from '#mechanisms/kafka/testing/fault-proxy/index';
import { SeededRandom } from '#mechanisms/testing/seeded-random';

/** By API, direction and count, on the way between one instance and Kafka; with `probability` again and again. */
export interface MessageFault {
  readonly instance: string;
  readonly api: ApiName;
  readonly direction: Direction;
  readonly nth?: number;
  readonly probability?: number;
  readonly fate: Exclude<Fate, { until: unknown }>;
}

/** Something that befalls a process, or the network between it and Kafka. */
export interface Accident {
  /** An instance, or `kafka`. */
  readonly victim: string;
  /** Which of several brokers, by what it is at that moment. */
  readonly broker?: BrokerRole;
  /** Killed and started again, stopped cleanly and started again, stopped in its tracks, cut off from Kafka. */
  readonly what: 'kill' | 'terminate' | 'freeze' | 'cut off';
  /** After so many milliseconds of load, or in the middle of a transaction: when this message passes the proxy. */
  readonly when:
    number | { readonly instance: string; readonly api: ApiName; readonly direction: Direction; readonly nth: number };
  /** How long a process stands still, or Kafka stays away. */
  readonly forMs: number;
}

/** What a broker is for one partition of order-command. */
export interface BrokerRole {
  /** Of the events topic, or of the transactions that write to it. */
  readonly role: 'leader' | 'follower' | 'coordinator';
  readonly partition: number;
}

export interface FaultPlan {
  readonly messages: readonly MessageFault[];
  readonly accidents: readonly Accident[];
}

/** Who plays: the instances of order-command, the other command apps, those that only read Kafka, and how many brokers. */
export interface Cast {
  readonly orderCommands: readonly string[];
  readonly otherCommands: readonly string[];
  readonly queries: readonly string[];
  readonly brokers: number;
}

/** With how many of them a round sees at least. */
type Apis = readonly (readonly [ApiName, number])[];

/** What a writer sends for each transaction. */
const COMMITTING: Apis = [
  ['AddPartitionsToTxn', 50],
  ['Produce', 50],
  ['EndTxn', 50],
];
/** What it sends only when it begins anew, which the faults above make it do. */
const TAKING_OVER: Apis = [
  ['FindCoordinator', 4],
  ['InitProducerId', 4],
];
const READING: Apis = [
  ['Fetch', 60],
  ['ListOffsets', 6],
];
/** Longer than a transaction may take. */
const TOO_LATE_MS = 5_500;
/** Longer than a member of a consumer group may be silent. */
const SESSION_MS = 10_500;
/** Much longer than the others wait for a broker. */
const OUT_OF_THE_CLUSTER_MS = 8_000;
const PARTITIONS = 3;
const DIRECTIONS = ['request', 'reply'] as const;

/** The same seed gives the same plan for the same cast. */
export function faultPlanOf(seed: number, cast: Cast, loadMs: number): FaultPlan {
  const { orderCommands, otherCommands, queries, brokers } = cast;
  const random = new SeededRandom(seed).fork('plan');
  const several = (first: number, last: number, instances: readonly string[], apis: Apis): MessageFault[] =>
    Array.from({ length: random.between(first, last) }, () => messageFault(random, random.oneOf(instances), apis));
  return {
    messages: [
      ...background(random, orderCommands),
      ...several(1, 4, orderCommands, COMMITTING),
      ...several(1, 3, orderCommands, [...TAKING_OVER, ...READING]),
      ...several(0, 2, otherCommands, [...COMMITTING, ...TAKING_OVER, ...READING]),
      ...several(0, 1, queries, READING),
    ],
    accidents: Array.from({ length: brokers > 1 ? random.between(2, 4) : random.between(1, 2) }, () => {
      const [process, commander] = [random.oneOf([...otherCommands, ...queries]), random.oneOf(orderCommands)];
      const victim = random.oneOf(
        brokers > 1 ? ['kafka', 'kafka', 'kafka', commander] : ['kafka', commander, commander, process],
      );
      const moment = { instance: random.oneOf(orderCommands), ...messageOf(random, [...COMMITTING, ...TAKING_OVER]) };
      return accident(
        random,
        { victim, brokers },
        random.chance(0.6) ? moment : random.between(500, Math.floor(loadMs / 2)),
      );
    }),
  };
}

/** Each message of a transaction is lost with its connection now and then, which costs little: so it happens often. */
function background(random: SeededRandom, instances: readonly string[]): MessageFault[] {
  return COMMITTING.flatMap(([api]) =>
    DIRECTIONS.map((direction) => {
      const probability = random.between(0, 5) / 100;
      return { instance: random.oneOf(instances), api, direction, probability, fate: 'reset' as const };
    }),
  );
}

function messageOf(random: SeededRandom, apis: Apis) {
  const [api, count] = random.oneOf(apis);
  return { api, direction: random.oneOf(DIRECTIONS), nth: random.between(1, count) };
}

function messageFault(random: SeededRandom, instance: string, apis: Apis): MessageFault {
  const { nth, ...message } = messageOf(random, apis);
  const delayMs = random.between(10, 500);
  const fates = ['drop', 'reset', 'reset', 'reset', { delayMs }, { delayMs: TOO_LATE_MS }] as const;
  return { instance, ...message, nth, fate: random.oneOf(fates) };
}

function accident(
  random: SeededRandom,
  { victim, brokers }: { victim: string; brokers: number },
  when: Accident['when'],
): Accident {
  if (victim === 'kafka' && brokers === 1) return { victim, what: 'kill', when, forMs: random.between(0, 1_000) };
  if (victim === 'kafka') {
    const role = random.oneOf(['leader', 'leader', 'follower', 'coordinator', 'coordinator'] as const);
    const what = random.oneOf(['kill', 'kill', 'terminate', 'freeze'] as const);
    const broker = { role, partition: random.between(0, PARTITIONS - 1) };
    return { victim, broker, what, when, forMs: random.between(0, OUT_OF_THE_CLUSTER_MS) };
  }
  const what = random.oneOf(['kill', 'kill', 'terminate', 'freeze', 'cut off'] as const);
  return { victim, what, when, forMs: random.chance(0.3) ? SESSION_MS : random.between(200, 3_000) };
}
