/** The service's counters by name, each summed over its labels. */
async function sumOf(url: string, names: readonly string[]): Promise<number[]> {
  const lines = (await (await fetch(`${url}/metrics`)).text()).split('\n');
  return names.map((name) =>
    lines
      .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0),
  );
}

/** What the counters grew by while the work went on. */
export async function growthOf(url: string, names: readonly string[], work: () => Promise<unknown>): Promise<number[]> {
  const before = await sumOf(url, names);
  await work();
  const after = await sumOf(url, names);
  return after.map((value, index) => value - before[index]!);
}
