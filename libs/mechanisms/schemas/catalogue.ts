import { createHash } from 'node:crypto';
import { SchemaNotDeployed } from './errors.ts';
import type { Declaration } from './declare.ts';

/** One record of the schemas topic: every schema ever used, by the id that the registry gave it. */
export interface DeployedSchema {
  readonly id: number;
  /** SHA-256 of the text, in hex. */
  readonly fingerprint: string;
  /** `<topic>-<record name>`; one schema may stand under several. */
  readonly subjects: readonly string[];
  readonly text: string;
}

export const fingerprintOf = (schema: string): string => createHash('sha256').update(schema).digest('hex');

/** The schemas topic in memory: what is known of ids and texts. It only grows. */
export class SchemaCatalogue {
  private readonly byId = new Map<number, DeployedSchema>();
  private readonly byFingerprint = new Map<string, DeployedSchema>();

  add(schema: DeployedSchema): void {
    this.byId.set(schema.id, schema);
    this.byFingerprint.set(schema.fingerprint, schema);
  }

  get(id: number): DeployedSchema | undefined {
    return this.byId.get(id);
  }

  find(declaration: Declaration): DeployedSchema | undefined {
    return this.byFingerprint.get(fingerprintOf(declaration.schema));
  }

  all(): DeployedSchema[] {
    return [...this.byId.values()];
  }

  /** @throws SchemaNotDeployed naming every declaration that the topic does not hold. */
  require(declarations: readonly Declaration[]): void {
    const missing = declarations.filter((declaration) => !this.find(declaration));
    if (missing.length > 0) throw new SchemaNotDeployed(missing.map(({ name }) => name));
  }
}
