/** An Avro schema as JSON; only the forms that the declarations below produce. */
export type AvroSchema =
  | string
  | { readonly type: string; readonly logicalType: string }
  | { readonly type: 'array'; readonly items: AvroSchema }
  | readonly AvroSchema[]
  | AvroRecord;

export interface AvroRecord {
  readonly type: 'record';
  readonly name: string;
  readonly fields: readonly AvroField[];
}

interface AvroField {
  readonly name: string;
  readonly type: AvroSchema;
  readonly default?: null;
  readonly personal?: true;
}

/** One field's Avro schema together with its static type. */
export interface Field<Value> {
  readonly avro: AvroSchema;
  readonly personal?: true;
  /** Carries the static type; never set. */
  readonly value?: Value;
}

export type Fields = Readonly<Record<string, Field<unknown>>>;

/** The static type of a set of fields. */
export type ValuesOf<F extends Fields> = {
  readonly [Name in keyof F]: F[Name] extends Field<infer Value> ? Value : never;
};

export type ValueOf<F> = F extends Field<infer Value> ? Value : never;

/** UTF-8 text; the type parameter narrows the static type to known words, which the wire does not enforce. */
export const text = <Word extends string = string>(): Field<Word> => ({ avro: 'string' });

/** A UUID in its 36-character lower-case form. */
export const uuid = (): Field<string> => ({ avro: { type: 'string', logicalType: 'uuid' } });

/** A signed 32-bit integer. */
export const int = (): Field<number> => ({ avro: 'int' });

/** An integer within ±(2^53 − 1): Avro's long, narrowed to what a JavaScript number holds exactly. */
export const long = (): Field<number> => ({ avro: 'long' });

/** An instant in epoch milliseconds. */
export const timestamp = (): Field<number> => ({ avro: { type: 'long', logicalType: 'timestamp-millis' } });

/** Whether a field holds an instant, or an instant or `null`. */
export const isTimestamp = ({ avro }: Field<unknown>): boolean =>
  [avro]
    .flat()
    .some(
      (schema) => typeof schema === 'object' && 'logicalType' in schema && schema.logicalType === 'timestamp-millis',
    );

export const list = <Value>(item: Field<Value>): Field<readonly Value[]> => ({
  avro: { type: 'array', items: item.avro },
});

/** A value or `null`; `null` is the default, so the field may be added later without breaking any reader. */
export const nullable = <Value>(field: Field<Value>): Field<Value | null> => ({ ...field, avro: ['null', field.avro] });

/** Marks a field that holds personal data (name, e-mail address); outsiders find the mark in the schema. */
export const personal = <Value>(field: Field<Value>): Field<Value> => ({ ...field, personal: true });

/** A nested record with a full name of its own, e.g. `factstream.order.OrderLine`. */
export const record = <F extends Fields>(name: string, fields: F): Field<ValuesOf<F>> => ({
  avro: avroRecord(name, fields),
});

export function avroRecord(name: string, fields: Fields): AvroRecord {
  return {
    type: 'record',
    name,
    fields: Object.entries(fields).map(([fieldName, field]) => ({
      name: fieldName,
      type: field.avro,
      ...(Array.isArray(field.avro) && { default: null }),
      ...(field.personal && { personal: true as const }),
    })),
  };
}

/** An amount of money: integer minor units of an ISO 4217 currency. */
export const money = record('factstream.Money', { amount: long(), currency: text() });
export type Money = ValueOf<typeof money>;
