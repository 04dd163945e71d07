/** Where a fact stands; a reader that has passed it has seen its effect. Offset `-1`: nothing to wait for. */
export interface EventPosition {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** Promises a reader that carries it an answer no older than the position, as far as the entity is concerned. */
export interface ConsistencyToken extends EventPosition {
  readonly entityId: string;
}
