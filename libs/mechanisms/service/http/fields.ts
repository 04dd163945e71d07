import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import type { ApiPropertyOptions } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsObject, ValidateBy, ValidateIf, ValidateNested } from 'class-validator';
import { ACTIVE_CURRENCIES } from './currencies.ts';

/** Field decorators for request classes: each validates and documents in one. The sentence completes «must be …». */
function field(
  name: string,
  sentence: string,
  validate: (value: unknown) => boolean,
  schema: ApiPropertyOptions,
  required = true,
): PropertyDecorator {
  return applyDecorators(
    ValidateBy({ name, validator: { validate, defaultMessage: () => `must be ${sentence}` } }),
    ...(required ? [] : [ValidateIf((_, value) => value !== undefined)]),
    ApiProperty({ ...schema, required } as ApiPropertyOptions),
  );
}

export interface FieldOptions {
  /** `false`: the field may be missing; `null` is a value like any other. */
  readonly required?: boolean;
}

/** Control characters are refused: PostgreSQL cannot store NUL, and none of our texts has a use for the others. */
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f]/;

export const isText = (value: unknown, min: number, max: number): value is string =>
  typeof value === 'string' &&
  value.length >= min &&
  (value.length <= max || Array.from(value).length <= max) &&
  !CONTROL.test(value) &&
  value.isWellFormed() &&
  (min === 0 || value.trim() !== '');

/** Text of `min` to `max` characters (code points) without control characters; not blank when `min` is above 0. */
export const Text = (min: number, max: number, { required = true }: FieldOptions = {}) =>
  field(
    'text',
    `text of ${min} to ${max} characters without control characters`,
    (value) => isText(value, min, max),
    { type: 'string', minLength: min, maxLength: max },
    required,
  );

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const isUuid = (value: unknown): value is string => typeof value === 'string' && UUID.test(value);

/** A UUID of any version, in either case. */
export const Uuid = ({ required = true }: FieldOptions = {}) =>
  field('uuid', 'a UUID', isUuid, { type: 'string', format: 'uuid' }, required);

/** An integer between `min` and `max`, both included. */
export const Integer = (min: number, max: number = Number.MAX_SAFE_INTEGER, { required = true }: FieldOptions = {}) =>
  field(
    'integer',
    `an integer from ${min} to ${max}`,
    (value) => Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max,
    { type: 'integer', minimum: min, maximum: max },
    required,
  );

/** An integer in a query string. */
export const IntegerParameter = (min: number, max: number) =>
  applyDecorators(
    Type(() => Number),
    Integer(min, max, { required: false }),
  );

const TIME = /^(\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d:\d\d(?:\.\d{1,9})?)(?:Z|[+-]\d\d:\d\d)$/i;

/** A day that the calendar does not have is moved into the next month by `Date`. */
export const isTime = (value: unknown): value is string => {
  const [, local] = (typeof value === 'string' && TIME.exec(value)) || [];
  const asUtc = Date.parse(`${local}Z`);
  return (
    !Number.isNaN(asUtc) &&
    !Number.isNaN(Date.parse(value as string)) &&
    new Date(asUtc).toISOString().startsWith(local!.slice(0, 10))
  );
};

/** An RFC 3339 time with its offset. */
export const Time = ({ required = true }: FieldOptions = {}) =>
  field(
    'time',
    'an RFC 3339 time, as 2026-11-02T10:00:00.000Z',
    isTime,
    { type: 'string', format: 'date-time' },
    required,
  );

export const OneOf = (words: readonly string[], { required = true }: FieldOptions = {}) =>
  field(
    'oneOf',
    `one of ${words.join(', ')}`,
    (value) => words.includes(value as string),
    { type: 'string', enum: [...words] },
    required,
  );

/** An active ISO 4217 code in capitals. */
export const Currency = () =>
  field('currency', 'an active ISO 4217 currency code', (value) => ACTIVE_CURRENCIES.has(value as string), {
    type: 'string',
    example: 'EUR',
    pattern: '^[A-Z]{3}$',
  });

/** A rule of one field only, in the words of its owner. */
export const Custom = (
  sentence: string,
  validate: (value: unknown) => boolean,
  schema: ApiPropertyOptions,
  { required = true }: FieldOptions = {},
) => field('custom', sentence, validate, schema, required);

/** A nested object. */
export const Nested = (type: () => new () => object) =>
  applyDecorators(
    IsObject({ message: 'must be an object' }),
    ValidateNested({ message: 'must be an object' }),
    Type(type),
    ApiProperty({ type }),
  );

/** A list of nested objects. */
export const ListOf = (type: () => new () => object, min: number, max: number) =>
  applyDecorators(
    IsArray({ message: 'must be a list' }),
    ArrayMinSize(min, { message: `must have at least ${min} item(s)` }),
    ArrayMaxSize(max, { message: `must have at most ${max} items` }),
    IsObject({ each: true, message: 'must be a list of objects' }),
    ValidateNested({ each: true, message: 'must be an object' }),
    Type(type),
    ApiProperty({ type, isArray: true, minItems: min, maxItems: max }),
  );

/** Integer minor units of a currency. */
export class MoneyField {
  @Integer(0)
  amount: number;

  @Currency()
  currency: string;
}
