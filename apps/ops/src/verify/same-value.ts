/** Whether two values are the same data, whatever their classes and the order of their fields; absent is null. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (!isObject(a) || !isObject(b)) return (a ?? null) === (b ?? null);
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  for (const name of Object.keys(a)) if (!sameValue(a[name], b[name])) return false;
  for (const name of Object.keys(b)) if (!Object.hasOwn(a, name) && !sameValue(a[name], b[name])) return false;
  return true;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
