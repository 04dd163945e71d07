/** One of the choices, each as likely as its weight. */
export function pick<T>(choices: readonly (readonly [choice: T, weight: number])[]): T {
  let left = Math.random() * choices.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [choice, weight] of choices) {
    left -= weight;
    if (left < 0) return choice;
  }
  return choices[0]![0];
}

/** A whole number from the first to the last. */
export const between = (first: number, last: number): number => first + Math.floor(Math.random() * (last - first + 1));

export const oneOf = <T>(items: readonly T[]): T => items[between(0, items.length - 1)]!;
