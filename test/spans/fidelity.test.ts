import { describe, expect, test } from 'vitest';
import type { LogEntry } from '../../log/entry.ts';
import { SpanRebuilder } from '../../spans/rebuild.ts';
import type { Span } from '../../spans/span.ts';
import { dice, generateLog } from './generated-log.ts';

/**
 * How true the spans of explicit boundaries are, as shares of all true spans.
 * Golden: these figures may only rise.
 */
const GOLDEN = { lossFound: 0.999, lossExact: 0.989 };

const SEEDS = [2, 3];
const TRACES = 1_500;

/** A rebuilt span without what only it has: its lines, and the events made of them. */
function comparable({ lines: _lines, ...span }: Span): Omit<Span, 'lines'> {
  return {
    ...span,
    events: span.events.filter(({ attributes }) => attributes['one_log.line'] === undefined),
  };
}

const isExact = ({ warnings }: { warnings: readonly unknown[] }): boolean => warnings.length === 0;

const partition = <T>(items: readonly T[], is: (item: T) => boolean): [T[], T[]] => [
  items.filter(is),
  items.filter((item) => !is(item)),
];

const keyOf = (span: Omit<Span, 'lines'>): string => span.traceId + span.spanId;

function rebuild(entries: readonly LogEntry[]): Map<string, Omit<Span, 'lines'>> {
  const spans = new Map<string, Omit<Span, 'lines'>>();
  const rebuilder = new SpanRebuilder(({ span }) => {
    expect(spans.has(keyOf(span))).toBe(false);
    spans.set(keyOf(span), comparable(span));
  });
  for (const entry of entries) rebuilder.push(entry);
  rebuilder.end();
  return spans;
}

/** Lines that come up to `slackSeconds` later than they were written. */
function disordered(
  entries: readonly LogEntry[],
  slackSeconds: number,
  random: () => number,
): LogEntry[] {
  return entries
    .map((entry) => ({ entry, at: entry.ts + random() * slackSeconds }))
    .sort((a, b) => a.at - b.at)
    .map(({ entry }) => entry);
}

describe.each(SEEDS)('spans of explicit boundaries, seed %d', (seed) => {
  const { entries, truth } = generateLog(TRACES, seed);

  test('are the true ones in every field', () => {
    expect(truth.size).toBeGreaterThan(TRACES);
    expect(rebuild(entries)).toEqual(new Map(truth));
  });

  test('are the true ones in every field when lines are out of order within the slack and repeated', () => {
    const random = dice(seed);
    const again = entries.flatMap((entry) => (random() < 0.1 ? [entry, entry] : [entry]));
    expect(rebuild(disordered(again, 0.49, random))).toEqual(new Map(truth));
  });

  test('are found, and wrong only with a warning, when one line in a hundred is lost', () => {
    const random = dice(seed);
    const kept = entries.filter(() => random() >= 0.01);
    const endsKept = kept.filter(({ log }) => log['msg'] === 'span end');
    const spans = rebuild(kept);
    const found = [...truth].filter(
      ([key, { parentSpanId }]) => spans.has(key) && spans.get(key)?.parentSpanId === parentSpanId,
    );
    const [exact, marked] = partition([...spans], ([, span]) => isExact(span));
    expect(exact).toEqual(exact.map(([key]) => [key, truth.get(key)]));
    expect(exact).toHaveLength(endsKept.length);
    expect(
      marked.filter(([, { attributes }]) => attributes['one_log.incomplete'] !== true),
    ).toEqual([]);
    expect(marked.filter(([key]) => !truth.has(key))).toEqual([]);
    expect(found.length / truth.size).toBeGreaterThanOrEqual(GOLDEN.lossFound);
    expect(exact.length / truth.size).toBeGreaterThanOrEqual(GOLDEN.lossExact);
  });

  test('are not invented when the log is cut off', () => {
    const cut = entries.slice(0, Math.floor(entries.length * dice(seed)()));
    const started = new Set(cut.map(({ log }) => String(log['trace_id']) + String(log['span_id'])));
    const spans = rebuild(cut);
    expect(new Set(spans.keys())).toEqual(started);
    const [exact, marked] = partition([...spans], ([, span]) => isExact(span));
    expect(exact).toEqual(exact.map(([key]) => [key, truth.get(key)]));
    expect(marked.filter(([, { warnings }]) => warnings[0]?.kind !== 'log-ended')).toEqual([]);
  });
});
