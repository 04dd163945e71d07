import { isDeepStrictEqual } from 'node:util';
import { TransactionalWriter } from '#mechanisms/kafka/index';
import type { KafkaConnection } from '#mechanisms/kafka/index';
import { fingerprintOf } from './catalogue.ts';
import type { DeployedSchema, SchemaCatalogue } from './catalogue.ts';
import type { Subject } from './entity.ts';
import { SchemaConflict } from './errors.ts';
import type { SchemaRegistry } from './registry.ts';
import { SCHEMAS_TOPIC, SchemaTopic } from './schema-topic.ts';

const REGISTRY_DEADLINE_MS = 120_000;

/**
 * Registers every declared schema that the schemas topic does not hold yet, and writes it there before its first use.
 * Repeatable; with nothing new it never asks the registry. The writer's fixed transactional id lets only one of
 * several deploys at once succeed. Answers the subjects that were added.
 * @throws SchemaConflict when registry and topic disagree, or the registry refuses a declaration as incompatible.
 */
export async function deploySchemas(
  subjects: readonly Subject[],
  kafka: KafkaConnection,
  registry: SchemaRegistry,
): Promise<string[]> {
  const topic = new SchemaTopic(kafka);
  await topic.refresh();
  const missing = subjects.filter((subject) => !isDeployed(subject, topic.catalogue));
  if (missing.length === 0) return [];
  const writer = await TransactionalWriter.open(kafka, 'factstream-deploy');
  try {
    await topic.refresh();
    await registry.ready(REGISTRY_DEADLINE_MS);
    await checkAgreement(topic.catalogue, registry);
    const added = new Map<number, DeployedSchema>();
    for (const subject of missing) {
      const schema = await register(subject, topic.catalogue, registry);
      topic.catalogue.add(schema);
      added.set(schema.id, schema);
    }
    const records = [...added.values()].map(toRecord);
    const [committed] = await writer.commit([{ topic: SCHEMAS_TOPIC, partition: 0, records }]);
    await topic.readable(committed!.baseOffset + records.length - 1);
  } finally {
    writer.close();
  }
  return missing.map(({ subject }) => subject);
}

/** Compares every schema of the topic with the registry's under the same id. @throws SchemaConflict naming those that differ. */
async function checkAgreement(catalogue: SchemaCatalogue, registry: SchemaRegistry): Promise<void> {
  const differing: number[] = [];
  for (const { id, text } of catalogue.all()) {
    const registered = await registry.textOf(id);
    if (!registered || !isDeepStrictEqual(JSON.parse(registered), JSON.parse(text))) differing.push(id);
  }
  if (differing.length > 0) {
    throw new SchemaConflict(
      `the schema registry and ${SCHEMAS_TOPIC} disagree about the ids ${differing.join(', ')}: ` +
        'it lost its data or is another registry; nothing was deployed',
    );
  }
}

function isDeployed({ subject, declaration }: Subject, catalogue: SchemaCatalogue): boolean {
  return catalogue.find(declaration)?.subjects.includes(subject) ?? false;
}

async function register(
  { subject, declaration }: Subject,
  catalogue: SchemaCatalogue,
  registry: SchemaRegistry,
): Promise<DeployedSchema> {
  const text = declaration.schema;
  const id = await registry.register(subject, text);
  await registry.requireFullCompatibility(subject);
  const known = catalogue.get(id);
  if (known && known.text !== text) {
    throw new SchemaConflict(
      `the schema registry gave id ${id} to ${subject}; ${SCHEMAS_TOPIC} has another schema there`,
    );
  }
  return { id, fingerprint: fingerprintOf(text), subjects: [...(known?.subjects ?? []), subject], text };
}

const toRecord = (schema: DeployedSchema) => ({
  key: String(schema.id),
  value: Buffer.from(JSON.stringify(schema)),
  timestamp: Date.now(),
});
