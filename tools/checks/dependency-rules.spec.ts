import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { IConfiguration } from 'dependency-cruiser';
import { root, withSeededTree } from './seeded-tree.ts';
import type { Sources } from './seeded-tree.ts';

/** What the seeds import, and beside it what each kind of file may import. */
const innocent: Sources = {
  'libs/contexts/order/aggregate/order.decide.ts':
    "import type { Decider } from '#mechanisms/event-sourcing/index';\n" +
    "import type { OrderEvent } from '../events/order.events.ts';\nexport type T = Decider | OrderEvent;",
  'libs/contexts/order/events/order.events.ts':
    "import { event } from '#mechanisms/schemas/declare';\nexport type OrderEvent = typeof event;",
  'libs/contexts/order/topic/order.topic.ts': "export * from '../events/order.events.ts';",
  'libs/contexts/order/commands/place-order.command.ts': "export * from '../aggregate/order.decide.ts';",
  'libs/contexts/order/reactions/order.reactions.ts': "export * from '#contexts/customer/index';",
  'libs/contexts/order/projections/order-list.projection.ts':
    "export * from '../topic/order.topic.ts';\nexport * from '#contexts/customer/read-model';",
  'libs/contexts/order/order.graph.ts': "export * from './queries/get-order.query.ts';",
  'libs/contexts/customer/read-model.ts': 'export const table = 1;',
  'libs/contexts/order/queries/get-order.query.ts': "export * from '../projections/order-list.projection.ts';",
  'libs/contexts/order/command.module.ts': "export * from './commands/place-order.command.ts';",
  'libs/contexts/order/query.module.ts': "export * from './queries/get-order.query.ts';",
  'libs/contexts/order/index.ts': "export * from './topic/order.topic.ts';",
  'libs/contexts/customer/events/customer.events.ts': 'export type CustomerEvent = string;',
  'libs/contexts/customer/index.ts': "export * from './events/customer.events.ts';",
  'libs/contexts/payment/processor/card-processor.ts': "import 'node:crypto';\nexport {};",
  'libs/mechanisms/event-sourcing/index.ts': 'export type Decider = string;',
  'libs/mechanisms/schemas/declare.ts': "import 'node:crypto';\nexport const event = 1;",
  'libs/mechanisms/event-store/index.ts': "export * from '../kafka/index.ts';",
  'libs/mechanisms/kafka/index.ts': "import { Kafka } from 'kafkajs';\nexport type Client = Kafka;",
  'libs/mechanisms/service/index.ts': "import '@nestjs/common';\nexport {};",
  'apps/order-command/src/app.module.ts': "export * from '#contexts/order/command.module';",
  'apps/order-query/src/app.module.ts':
    "export * from '#contexts/order/query.module';\nexport * from '#contexts/order/order.graph';\n" +
    "export type * from '#contexts/customer/index';",
  'apps/gateway/src/app.module.ts': "export * from '#mechanisms/service/index';",
  'tools/local-stack/start.ts': 'export {};',
  'tools/bench/peer.ts': "export { Kafka } from 'kafkajs';",
};

/** For each rule, files that break it. */
const seeds: Readonly<Record<string, Sources>> = {
  'aggregate-is-pure': {
    'libs/contexts/order/aggregate/ids.ts': "import { randomUUID } from 'node:crypto';\nexport const id = randomUUID;",
    'libs/contexts/order/aggregate/nest.ts':
      "import { Injectable } from '@nestjs/common';\nexport const i = Injectable;",
    'libs/contexts/order/aggregate/types.ts':
      "import type { Client } from '#mechanisms/kafka/index';\nexport type C = Client;",
    'libs/contexts/order/aggregate/door.ts': "export * from '#contexts/customer/index';",
    'libs/contexts/order/aggregate/command.ts': "export * from '../commands/place-order.command.ts';",
  },
  'events-are-pure': {
    'libs/contexts/order/events/kafka.events.ts': "export * from '#mechanisms/kafka/index';",
    'libs/contexts/order/events/decided.events.ts': "export type * from '../aggregate/order.decide.ts';",
  },
  'topic-is-pure': {
    'libs/contexts/order/topic/upcasters/placed.upcaster.ts': "export * from '../../aggregate/order.decide.ts';",
  },
  'write-side-not-to-read-side': {
    'libs/contexts/order/commands/look-up.command.ts': "export * from '../queries/get-order.query.ts';",
    'libs/contexts/order/reactions/look-up.reaction.ts': "export * from '../projections/order-list.projection.ts';",
    'libs/contexts/payment/command.module.ts': "export * from './query.module.ts';",
    'libs/contexts/payment/query.module.ts': 'export {};',
    'libs/contexts/payment/processor/look-up.ts': "export * from '../query.module.ts';",
  },
  'read-side-not-to-write-side': {
    'libs/contexts/order/queries/state.query.ts': "export type * from '../aggregate/order.decide.ts';",
    'libs/contexts/order/projections/react.projection.ts': "export * from '../reactions/order.reactions.ts';",
    'libs/contexts/customer/query.module.ts': "export * from './command.module.ts';",
    'libs/contexts/customer/command.module.ts': 'export {};',
    'libs/contexts/payment/queries/ask.query.ts': "export * from '../processor/card-processor.ts';",
  },
  'context-by-its-door': {
    'libs/contexts/order/reactions/back-door.reaction.ts':
      "export type * from '#contexts/customer/events/customer.events';",
  },
  'read-model-for-read-sides': {
    'libs/contexts/order/reactions/ask.reaction.ts': "export * from '#contexts/customer/read-model';",
    'apps/order-query/src/tables.ts': "export * from '#contexts/customer/read-model';",
  },
  'command-app-mounts-the-write-side': {
    'apps/order-command/src/read.ts': "export * from '#contexts/order/query.module';",
    'apps/order-command/src/rule.ts': "export type * from '#contexts/order/aggregate/order.decide';",
    'apps/order-command/src/other.ts': "export * from '#contexts/customer/index';",
  },
  'query-app-mounts-the-read-side': {
    'apps/order-query/src/write.ts': "export * from '#contexts/order/command.module';",
    'apps/order-query/src/table.ts': "export * from '#contexts/order/projections/order-list.projection';",
    'apps/order-query/src/other.ts': "export type * from '#contexts/customer/events/customer.events';",
  },
  'outsiders-know-no-context': {
    'apps/gateway/src/rule.ts': "export * from '#contexts/order/index';",
    'apps/card-processor/src/rule.ts': "export type * from '#contexts/order/index';",
  },
  'mechanisms-know-no-context': {
    'libs/mechanisms/service/business.ts': "export type * from '#contexts/order/index';",
  },
  'event-sourcing-is-plain': {
    'libs/mechanisms/event-sourcing/ids.ts': "export { randomUUID } from 'node:crypto';",
    'libs/mechanisms/event-sourcing/log.ts': "export type * from '../kafka/index.ts';",
  },
  'event-store-knows-no-nest': {
    'libs/mechanisms/event-store/nest.ts': "export { Injectable } from '@nestjs/common';",
    'libs/mechanisms/event-store/http.ts': "export type { FastifyRequest } from 'fastify';",
    'libs/mechanisms/event-store/service.ts': "export * from '../service/index.ts';",
  },
  'libs-know-no-app': {
    'libs/contexts/order/examples/app.ts': "export * from '../../../../apps/order-command/src/app.module.ts';",
    'libs/mechanisms/schemas/stack.ts': "export * from '../../../tools/local-stack/start.ts';",
  },
  'apps-stand-alone': {
    'apps/customer-query/src/other.ts': "export * from '../../order-query/src/app.module.ts';",
    'apps/customer-query/src/stack.ts': "export * from '../../../tools/local-stack/start.ts';",
  },
  'kafkajs-behind-its-port': {
    'libs/mechanisms/service/kafka.ts': "export { Kafka } from 'kafkajs';",
    'tools/local-stack/kafka.ts': "export type { Kafka } from 'kafkajs';",
    'libs/mechanisms/schemas/inside.ts': "export { default } from 'kafkajs/src/cluster/index.js';",
  },
  'no-cycle': {
    'libs/mechanisms/kafka/one.ts': "export type * from './two.ts';",
    'libs/mechanisms/kafka/two.ts': "export type * from './one.ts';",
  },
  resolvable: {
    'libs/mechanisms/kafka/nowhere.ts': "export * from './is-not-there.ts';",
    'apps/gateway/src/nowhere.ts': "export * from '#mechanisms/nothing/index';",
  },
};

/** Files that only complete another seed; a cycle is reported once. */
const imported = [
  'libs/contexts/payment/query.module.ts',
  'libs/contexts/customer/command.module.ts',
  'libs/mechanisms/kafka/two.ts',
];

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}

/** `<rule>: <file>` for each violation. */
function violationsIn(sources: Sources): string[] {
  const output = withSeededTree(sources, (folder) => {
    const program = join(root, 'node_modules/.bin/depcruise');
    const args = ['--config', '.dependency-cruiser.mjs', '--output-type', 'json', 'apps', 'libs', 'tools'];
    const { stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    if (!stdout) throw new Error(stderr);
    return JSON.parse(stdout) as { summary: { violations: Violation[] } };
  });
  return [...new Set(output.summary.violations.map(({ from, rule }) => `${rule.name}: ${from}`))].sort();
}

describe('the dependency rules', () => {
  it('let through what they are meant to', () => expect(violationsIn(innocent)).toEqual([]));

  it('each catch their violations', () => {
    const expected = Object.entries(seeds).flatMap(([rule, sources]) =>
      Object.keys(sources)
        .filter((path) => !imported.includes(path))
        .map((path) => `${rule}: ${path}`),
    );
    const all = Object.values(seeds).reduce<Sources>((tree, sources) => ({ ...tree, ...sources }), innocent);
    const caught = violationsIn(all);
    expect(expected.filter((violation) => !caught.includes(violation))).toEqual([]);
  });

  it('all have a violation here', async () => {
    const { default: rules } = (await import(join(root, '.dependency-cruiser.mjs'))) as { default: IConfiguration };
    expect(rules.forbidden?.map(({ name }) => name).sort()).toEqual(Object.keys(seeds).sort());
  });
});
