import type { MeasuredTrace } from './measured-trace.ts';
import { holm, meanDifference, type MeanDifference, type Sample } from './mean-difference.ts';

/** How an operation changed, a trace on average. */
export interface Growth {
  readonly service: string;
  readonly name: string;
  /** Own time in nanoseconds. */
  readonly selfNanos: Change;
  /** Spans. */
  readonly calls: Change;
}

export interface Change extends MeanDifference {
  readonly before: number;
  readonly after: number;
  /** Whether chance alone would hardly do it: less than 1 in 20 for all operations together. */
  readonly isSure: boolean;
}

export type GrowthBy = 'duration' | 'count';

/** What is sure at most to be chance. */
const BOUND = 0.05;

/**
 * How the operations of two sets of traces differ, those that grew most first.
 * Each trace is one value: how much own time the operation has in it, 0 where
 * it is not called. So the differences of all operations add up to that of the
 * traces, and one slow trace with many calls is still one slow trace.
 *
 * What is sure is decided by t-tests (see `meanDifference`) with Holm's
 * correction for the number of operations. They ask for traces that do not depend on each other,
 * and for some tens of them where times have a long tail.
 */
export function growth(
  before: Iterable<MeasuredTrace>,
  after: Iterable<MeasuredTrace>,
  by: GrowthBy,
): Growth[] {
  const [old, now] = [samplesOf(before), samplesOf(after)];
  const operations = [...new Map([...old.operations, ...now.operations])].map(
    ([key, { service, name }]) => ({ key, service, name }),
  );
  const durations = changes(operations, old, now, 'selfNanos');
  const counts = changes(operations, old, now, 'calls');
  const grown = operations.flatMap(({ service, name }, index): Growth[] => {
    const [selfNanos, calls] = [durations[index], counts[index]];
    return selfNanos && calls ? [{ service, name, selfNanos, calls }] : [];
  });
  const differenceOf = ({ selfNanos, calls }: Growth): number =>
    by === 'duration' ? selfNanos.difference : calls.difference;
  return grown.sort((a, b) => differenceOf(b) - differenceOf(a));
}

interface Sums {
  readonly service: string;
  readonly name: string;
  readonly selfNanos: { sum: number; squares: number };
  readonly calls: { sum: number; squares: number };
}

interface Samples {
  readonly traces: number;
  readonly operations: ReadonlyMap<string, Sums>;
}

function samplesOf(measured: Iterable<MeasuredTrace>): Samples {
  const operations = new Map<string, Sums>();
  let traces = 0;
  for (const trace of measured) {
    traces += 1;
    for (const [key, { service, name, selfNanos, calls }] of operationsOf(trace)) {
      const sums = operations.get(key) ?? {
        service,
        name,
        selfNanos: { sum: 0, squares: 0 },
        calls: { sum: 0, squares: 0 },
      };
      operations.set(key, sums);
      sums.selfNanos.sum += selfNanos;
      sums.selfNanos.squares += selfNanos ** 2;
      sums.calls.sum += calls;
      sums.calls.squares += calls ** 2;
    }
  }
  return { traces, operations };
}

interface InTrace {
  readonly service: string;
  readonly name: string;
  selfNanos: number;
  calls: number;
}

function operationsOf({ tree, selfNanos }: MeasuredTrace): Map<string, InTrace> {
  const operations = new Map<string, InTrace>();
  for (const [index, { service, span }] of tree.nodes.entries()) {
    const key = JSON.stringify([service, span.name]);
    const operation = operations.get(key) ?? { service, name: span.name, selfNanos: 0, calls: 0 };
    operations.set(key, operation);
    operation.selfNanos += selfNanos[index] ?? 0;
    operation.calls += 1;
  }
  return operations;
}

function changes(
  operations: readonly { readonly key: string }[],
  old: Samples,
  now: Samples,
  what: 'selfNanos' | 'calls',
): Change[] {
  const found = operations.map(({ key }) => {
    const before = sampleOf(old, old.operations.get(key)?.[what]);
    const after = sampleOf(now, now.operations.get(key)?.[what]);
    return { before: before.mean, after: after.mean, ...meanDifference(before, after) };
  });
  const corrected = holm(found.map(({ pValue }) => pValue ?? 1));
  return found.map((change, index) => ({
    ...change,
    isSure: change.difference !== 0 && (corrected[index] ?? 1) < BOUND,
  }));
}

/** Traces without the operation are zeros. */
function sampleOf({ traces: count }: Samples, sums = { sum: 0, squares: 0 }): Sample {
  const mean = sums.sum / count;
  const squares = Math.max(0, sums.squares - count * mean ** 2);
  return { count, mean, variance: count < 2 ? Number.NaN : squares / (count - 1) };
}
