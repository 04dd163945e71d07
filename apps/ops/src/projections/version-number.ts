/** `2`, or `orders_v2` as `list` shows it. */
export function versionNumber(text: string): number {
  const number = Number(/^(?:[a-z][a-z0-9_]*_v)?([1-9]\d{0,8})$/.exec(text)?.[1]);
  if (Number.isNaN(number)) throw new Error(`A version is a number from 1, not ${text}.`);
  return number;
}
