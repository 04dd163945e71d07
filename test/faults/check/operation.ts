export type Verb = 'place' | 'ship' | 'deliver' | 'cancel';

/** What a client was told, as far as it counts for the order. */
export type Outcome =
  | {
      readonly kind: 'accepted';
      readonly orderId: string;
      readonly version: number;
      readonly status: string;
      /** Where the answer's consistency token points. */
      readonly position: { readonly partition: number; readonly offset: number };
    }
  | {
      readonly kind: 'refused';
      readonly httpStatus: number;
      readonly code: string;
      readonly currentVersion?: number;
    }
  /** 504, or no whole answer. */
  | { readonly kind: 'unknown'; readonly why: string }
  /** 503 or 429, or the connection was never made. */
  | { readonly kind: 'not-executed'; readonly why: string };

/** One HTTP request to order-command and what came back; the same command sent again is another one. */
export interface Operation {
  /** Its correlation id, which the events carry that it led to. */
  readonly id: string;
  readonly verb: Verb;
  /** The order that it names; a placement names none. */
  readonly orderId?: string;
  readonly key?: string;
  readonly ifMatch?: number | '*';
  /** The body's text: requests with one key are the same if this is. */
  readonly body: string;
  /** Milliseconds of one clock for all clients. */
  readonly invoked: number;
  readonly completed: number;
  readonly outcome: Outcome;
}

/** The operations that share one idempotency key: at most one of them has an effect. Undefined without a key. */
export const keyGroupOf = ({ verb, orderId = '', key }: Operation): string | undefined =>
  key === undefined ? undefined : `${verb} ${orderId} ${key}`;
