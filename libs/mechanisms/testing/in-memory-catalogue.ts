import type { Declaration } from '#mechanisms/schemas/declare';
import { fingerprintOf, SchemaCatalogue } from '#mechanisms/schemas/index';

/** A catalogue that holds the declarations under the ids 1, 2, …, as if they had been deployed. */
export function catalogueOf(...declarations: Declaration[]): SchemaCatalogue {
  const catalogue = new SchemaCatalogue();
  for (const [index, { name, schema }] of declarations.entries()) {
    catalogue.add({ id: index + 1, fingerprint: fingerprintOf(schema), subjects: [name], text: schema });
  }
  return catalogue;
}
