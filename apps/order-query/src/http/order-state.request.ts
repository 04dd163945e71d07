import type { Moment } from '#mechanisms/history/index';
import { IntegerParameter, Time } from '#mechanisms/service/index';
import type { Fault } from '#mechanisms/service/index';

export class OrderStateRequest {
  @IntegerParameter(1, Number.MAX_SAFE_INTEGER)
  version?: number;

  @Time({ required: false })
  at?: string;
}

/** A moment is told in one way. */
export const oneMoment = ({ version, at }: OrderStateRequest): Fault[] =>
  (version === undefined) === (at === undefined)
    ? ['version', 'at'].map((parameter) => ({ parameter, detail: 'either version or at must be given, and not both' }))
    : [];

export const momentOf = ({ version, at }: OrderStateRequest): Moment =>
  version === undefined ? { at: Date.parse(at!) } : { version };
