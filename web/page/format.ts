/** Nanoseconds for people, with three digits: `870 ns`, `12.3 ms`, `4.05 s`, `2 min 5 s`. */
export function formatNanos(nanos: number): string {
  const size = Math.abs(nanos);
  if (size === 0) return '0';
  if (size < 999.5) return `${Math.round(nanos)} ns`;
  if (size < 999.5e3) return `${threeDigits(nanos / 1e3)} µs`;
  if (size < 999.5e6) return `${threeDigits(nanos / 1e6)} ms`;
  if (size < 59.95e9) return `${threeDigits(nanos / 1e9)} s`;
  const seconds = Math.round(nanos / 1e9);
  if (size < 3600e9) return `${Math.trunc(seconds / 60)} min ${Math.abs(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.trunc(minutes / 60)} h ${Math.abs(minutes % 60)} min`;
}

/** Round places for the marks of an axis from 0 to `nanos`, about `count` of them, the first at 0. */
export function ticks(nanos: number, count: number): number[] {
  if (!(nanos > 0)) return [0];
  const rough = nanos / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  return Array.from({ length: Math.floor(nanos / step) + 1 }, (_, index) => index * step);
}

/** Local time of day to the millisecond, of Unix microseconds. */
export function formatClock(micros: number): string {
  const date = new Date(micros / 1000);
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':');
  return `${time}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** Local date and time of day, of Unix microseconds. */
export function formatDate(micros: number): string {
  const date = new Date(micros / 1000);
  const day = date.toLocaleDateString(undefined, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  });
  return `${day}, ${formatClock(micros)}`;
}

/** `1 span`, `2 spans`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

const threeDigits = (value: number): string => String(Number(value.toPrecision(3)));

const twoDigits = (value: number): string => String(value).padStart(2, '0');
