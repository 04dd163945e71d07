/** The bytes name a schema id that is not in the schemas topic (yet): pause and try again, never skip. */
export class UnknownSchemaId extends Error {
  override readonly name = 'UnknownSchemaId';
  readonly retriable = true;

  readonly id: number;

  constructor(id: number) {
    super(`schema id ${id} is not in factstream-schemas`);
    this.id = id;
  }
}

/** The bytes are not what their schema says, or carry no schema id at all. Trying again cannot help. */
export class UndecodableBytes extends Error {
  override readonly name = 'UndecodableBytes';
  readonly retriable = false;
}

/** The schema is known but this program declares no reader for its record: it is older than the writer. Pause, never skip. */
export class UnknownType extends Error {
  override readonly name = 'UnknownType';
  readonly retriable = true;

  readonly recordName: string;

  constructor(recordName: string) {
    super(`no reader is declared for ${recordName}; deploy readers before writers`);
    this.recordName = recordName;
  }
}

/** A value does not fit its declared schema. */
export class UnencodableValue extends Error {
  override readonly name = 'UnencodableValue';
  readonly retriable = false;
}

/** A declared schema was never deployed; run the deploy step first. */
export class SchemaNotDeployed extends Error {
  override readonly name = 'SchemaNotDeployed';
  readonly retriable = true;

  constructor(names: readonly string[]) {
    super(`not in factstream-schemas: ${names.join(', ')}; run the deploy step (factstream deploy) first`);
  }
}

/** The registry and the schemas topic, or the registry's rules and a declaration, contradict each other. */
export class SchemaConflict extends Error {
  override readonly name = 'SchemaConflict';
  readonly retriable = false;
}

/** The schema registry could not be reached, or answered with a fault of its own. */
export class RegistryUnavailable extends Error {
  override readonly name = 'RegistryUnavailable';
  readonly retriable = true;
}
