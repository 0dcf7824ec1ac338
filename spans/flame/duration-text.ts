/** Nanoseconds for people, with three digits: `870 ns`, `12.3 ms`, `4.05 s`, `125 s`. */
export function durationText(nanos: number): string {
  const [unit, size] = UNITS.find(([, size]) => Math.abs(nanos) >= 0.9995 * size) ?? ['ns', 1];
  const value = nanos / size;
  return `${Math.abs(value) < 1000 ? Number(value.toPrecision(3)) : Math.round(value)} ${unit}`;
}

const UNITS: readonly (readonly [unit: string, nanos: number])[] = [
  ['s', 1e9],
  ['ms', 1e6],
  ['µs', 1e3],
];
