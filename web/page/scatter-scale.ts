/** How a diagram of durations over time is laid out; both axes go both ways. */
export interface ScatterScale {
  /** Pixels from the left, of Unix microseconds. */
  readonly x: (micros: number) => number;
  readonly timeAt: (x: number) => number;
  /** Pixels from the top, of microseconds. */
  readonly y: (micros: number) => number;
  readonly durationAt: (y: number) => number;
  /** Round moments (Unix microseconds) and durations (microseconds) to mark. */
  readonly times: readonly number[];
  readonly durations: readonly number[];
}

interface Extent {
  readonly startMicros: number;
  readonly durationMicros: number;
}

interface ScatterSize {
  /** Of the area within the axes, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Durations by their logarithm, from 1 µs: of a few slow ones among many fast all are seen. */
  readonly isLog: boolean;
  /** Of local time to UTC: days begin at midnight. */
  readonly zoneMinutes: number;
}

/** A scale that has room for all points, and for a margin around a single one. */
export function scatterScale(
  points: readonly Extent[],
  { width, height, isLog, zoneMinutes }: ScatterSize,
): ScatterScale {
  const starts = points.map(({ startMicros }) => startMicros);
  const lengths = points.map(({ durationMicros }) => Math.max(0, durationMicros));
  const first = Math.min(...starts, Infinity);
  const last = Math.max(...starts, -Infinity);
  const from = Number.isFinite(first) ? first : 0;
  const span = Math.max(LEAST_SPAN_MICROS, Number.isFinite(last) ? last - from : 0);
  const longest = Math.max(1, ...lengths) * 1.05;
  const shortest = isLog ? Math.max(1, Math.min(longest / 2, ...lengths) * 0.8) : 0;
  const up = isLog ? (micros: number) => Math.log(Math.max(shortest, micros)) : same;
  const down = isLog ? Math.exp : same;
  const low = up(shortest);
  const high = up(longest);
  return {
    x: (micros) => ((micros - from) / span) * width,
    timeAt: (x) => from + (x / width) * span,
    y: (micros) => height * (1 - (up(micros) - low) / (high - low)),
    durationAt: (y) => down(low + (1 - y / height) * (high - low)),
    times: roundTimes(from, from + span, Math.max(2, Math.floor(width / 110)), zoneMinutes),
    durations: isLog ? powers(shortest, longest) : roundDurations(longest),
  };
}

const same = (value: number): number => value;
const LEAST_SPAN_MICROS = 1_000;

/** Steps between marks that a clock's reader finds round, in seconds. */
const STEPS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200,
];

function roundTimes(from: number, to: number, count: number, zoneMinutes: number): number[] {
  const rough = (to - from) / count / 1e6;
  const step = 1e6 * (STEPS.find((seconds) => seconds >= rough) ?? daysOver(rough));
  const finer = rough < 0.5 ? 1e6 * decimalStep(rough) : step;
  const zone = zoneMinutes * 60e6;
  const first = Math.ceil((from - zone) / finer) * finer + zone;
  const times: number[] = [];
  for (let at = first; at <= to; at += finer) times.push(at);
  return times;
}

const daysOver = (seconds: number): number => Math.ceil(seconds / 86_400) * 86_400;

function decimalStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
}

function roundDurations(longest: number): number[] {
  const step = Math.max(1, decimalStep(longest / 3));
  return Array.from({ length: Math.floor(longest / step) + 1 }, (_, index) => index * step);
}

/** The powers of ten in between; of a short stretch also twice and five times those. */
function powers(shortest: number, longest: number): number[] {
  const marks: number[] = [];
  const factors = longest / shortest > 50 ? [1] : [1, 2, 5];
  for (let power = 1; power <= longest; power *= 10) {
    marks.push(...factors.map((factor) => factor * power));
  }
  return marks.filter((mark) => mark >= shortest && mark <= longest);
}
