/** CPU seconds (user and system, all threads of this process) and clock seconds that `work` took, and what it gave. */
export async function cpuSeconds<T>(
  work: () => T | Promise<T>,
): Promise<{ seconds: number; wallSeconds: number; result: T }> {
  const cpu = process.cpuUsage();
  const began = performance.now();
  const result = await work();
  const wallSeconds = (performance.now() - began) / 1e3;
  const { user, system } = process.cpuUsage(cpu);
  return { seconds: (user + system) / 1e6, wallSeconds, result };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/**
 * Runs two ways of doing a thing in turn, A B A B …, after one warm-up of each,
 * and gives the median of each and of the ratio of the pairs: a machine whose
 * speed drifts moves both.
 */
export async function pairwise(
  runs: number,
  a: () => Promise<number>,
  b: () => Promise<number>,
): Promise<{ a: number; b: number; ratio: number }> {
  await a();
  await b();
  const pairs: [number, number][] = [];
  for (let run = 0; run < runs; run++) pairs.push([await a(), await b()]);
  return {
    a: median(pairs.map(([first]) => first)),
    b: median(pairs.map(([, second]) => second)),
    ratio: median(pairs.map(([first, second]) => first / second)),
  };
}

/** One row of the report: what was measured, the figure, and what it is to be compared with. */
export function report(what: string, figure: string, beside = ''): void {
  process.stdout.write(`${what.padEnd(44)} ${figure.padStart(16)}  ${beside}\n`);
}

export function thousands(value: number): string {
  return Math.round(value).toLocaleString('en');
}
