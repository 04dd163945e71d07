import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Topics } from '#mechanisms/kafka/index';
import { testKafka } from '#mechanisms/testing/kafka';
import { declare, nullable, text, uuid } from './declare.ts';
import type { Declaration } from './declare.ts';
import { deploySchemas } from './deploy.ts';
import { subjectOf } from './entity.ts';
import { SchemaRegistry } from './registry.ts';
import { SCHEMAS_TOPIC, SchemaTopic } from './schema-topic.ts';

const kafka = testKafka();
const registry = new SchemaRegistry(process.env['TEST_SCHEMA_REGISTRY_URL']!);
const unreachable = new SchemaRegistry('http://127.0.0.1:9/none');
const topic = `thing${randomUUID().slice(0, 8)}-events`;
const name = `example.${topic.replaceAll('-', '')}.Thing`;
const Thing = declare(name, 1, { id: uuid() });

const deploy = (declaration: Declaration, to = registry) => deploySchemas([subjectOf(topic, declaration)], kafka, to);

beforeAll(async () => {
  await new Topics(kafka).ensure([
    { name: SCHEMAS_TOPIC, partitions: 1, replicationFactor: 1, config: { 'cleanup.policy': 'compact' } },
  ]);
});
afterAll(() => kafka.close());

describe('deploying schemas', () => {
  it('registers what is new and writes it to the topic, and asks no registry when nothing is', async () => {
    expect(await deploy(Thing)).toEqual([`${topic}-${name}`]);
    expect(await deploy(Thing, unreachable)).toEqual([]);
    const schemas = new SchemaTopic(kafka);
    await schemas.refresh();
    const deployed = schemas.catalogue.find(Thing)!;
    expect(deployed).toMatchObject({ text: Thing.schema, subjects: [`${topic}-${name}`] });
    expect(JSON.parse((await registry.textOf(deployed.id))!)).toEqual(JSON.parse(Thing.schema));
  });

  it('takes a compatible change and refuses an incompatible one', async () => {
    expect(await deploy(declare(name, 1, { id: uuid(), note: nullable(text()) }))).toHaveLength(1);
    const incompatible = deploy(declare(name, 1, { id: uuid(), must: text() }));
    await expect(incompatible).rejects.toMatchObject({ name: 'SchemaConflict', retriable: false });
  });

  it('adds a subject to a schema that is there under another one', async () => {
    const second = subjectOf(`${topic}-2`, Thing);
    expect(await deploySchemas([subjectOf(topic, Thing), second], kafka, registry)).toEqual([second.subject]);
    expect(await deploySchemas([subjectOf(topic, Thing), second], kafka, unreachable)).toEqual([]);
  });

  it('refuses a registry that does not know what the topic holds', async () => {
    const otherText: SchemaRegistry = Object.assign(Object.create(registry) as SchemaRegistry, {
      textOf: async () => '{"type":"record","name":"another.Schema","fields":[]}',
    });
    const other = declare(`${name}2`, 1, { id: uuid() });
    await expect(deploy(other, otherText)).rejects.toThrow('disagree');
  });
});
