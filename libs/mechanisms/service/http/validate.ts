import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import type { ValidationError } from 'class-validator';
import type { Fault } from './problem.ts';

const OPTIONS = {
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: false,
  stopAtFirstError: true,
} as const;

/** A class whose instances are validated by its field decorators. */
export type RequestClass<T extends object = object> = new () => T;

/** Validates a JSON body; its faults are named by JSON pointer. */
export function validateBody<T extends object>(type: RequestClass<T>, body: unknown, faults: Fault[]): T {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    faults.push({ pointer: '#', detail: 'must be a JSON object' });
    return new type();
  }
  const instance = plainToInstance(type, body);
  for (const error of validateSync(instance, OPTIONS)) collect(error, '#', faults);
  return instance;
}

/** Validates path parameters or a query string; their faults are named by parameter. */
export function validateParameters<T extends object>(type: RequestClass<T>, values: unknown, faults: Fault[]): T {
  const instance = plainToInstance(type, values);
  for (const error of validateSync(instance, OPTIONS)) {
    faults.push({ parameter: error.property, detail: detailOf(error) });
  }
  return instance;
}

function collect(error: ValidationError, path: string, faults: Fault[]): void {
  const pointer = `${path}/${error.property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  if (error.constraints) faults.push({ pointer, detail: detailOf(error) });
  for (const child of error.children ?? []) collect(child, pointer, faults);
}

function detailOf({ constraints = {} }: ValidationError): string {
  if ('whitelistValidation' in constraints) return 'is not known here';
  return Object.values(constraints).join('; ') || 'is not valid';
}
