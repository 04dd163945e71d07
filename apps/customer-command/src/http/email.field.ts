import { Custom, isText } from '#mechanisms/service/index';
import type { FieldOptions } from '#mechanisms/service/index';

const MIN = 3;
const MAX = 320;

/** Whether mail arrives there only a mail can tell; what could never be an address is refused. */
const isEmail = (value: unknown): boolean => isText(value, MIN, MAX) && /^[^\s@]+@[^\s@]+$/.test(value);

export const Email = (options?: FieldOptions) =>
  Custom(
    `an e-mail address of ${MIN} to ${MAX} characters with one @ and no spaces`,
    isEmail,
    { type: 'string', minLength: MIN, maxLength: MAX, example: 'ada@example.org' },
    options,
  );
