import { describe, expect, test } from 'vitest';
import type { LogEntry } from '../../log/entry.ts';
import { compileRules } from '../../rules/compile.ts';
import { LogTracer, type LogTracerOptions } from '../../spans/log-tracer.ts';
import type { Span } from '../../spans/span.ts';
import { ScriptedLog, spanId } from './scripted-log.ts';

function traced(entries: readonly LogEntry[], options: LogTracerOptions = {}) {
  const spans: Span[] = [];
  const leftOver: LogEntry[] = [];
  const tracer = new LogTracer(
    ({ span }) => spans.push(span),
    (entry) => leftOver.push(entry),
    options,
  );
  for (const entry of entries) tracer.push(entry);
  tracer.end();
  return { spans, leftOver, counts: tracer.counts };
}

const orders = compileRules(
  [
    'key /\\[(?<id>\\w+)\\]/',
    '/started (?<what>\\w+)/ -> open "{what}" server',
    '/finished/ -> close',
  ].join('\n'),
  'orders',
);
const wide = compileRules('key none\n/started (?<what>\\w+)/ -> span "wide {what}"', 'wide');

describe('tracing a log', () => {
  test('takes each line for what it tells: boundaries, ids alone, or what a rule reads', () => {
    const log = new ScriptedLog();
    log.start(1, 'petstore', 1, 1);
    log.within(1.1, 'petstore', 1, 1, 'in a span that shows its boundaries');
    log.within(1.2, 'legacy', 2, 7, 'working');
    log.line(1.3, 'orders', { msg: '[ab1] started order' });
    log.within(1.4, 'legacy', 2, 7, 'working');
    log.end(1.5, 'petstore', 1, 1, 1);
    log.line(1.6, 'orders', { msg: '[ab1] finished' });
    const rest = log.line(1.7, 'orders', { msg: 'nothing to see' });
    const { spans, leftOver, counts } = traced(log.entries, { rules: [orders] });
    expect(
      spans.map((span) => [span.resource['service.name'], span.name, span.lines.length]).sort(),
    ).toEqual([
      ['legacy', 'working', 2],
      ['orders', 'order', 2],
      ['petstore', 'op 1', 3],
    ]);
    expect(leftOver).toEqual([rest]);
    expect(counts).toEqual({ lines: 8, inSpans: 7, complete: 3, incomplete: 0, inferred: 1 });
    const inferred = spans.filter(({ warnings }) => warnings.length > 0);
    expect(inferred.map((span) => span.spanId)).toEqual([spanId(7)]);
  });

  test('gives a line to the first rules that have one for it', () => {
    const log = new ScriptedLog();
    log.line(1, 'orders', { msg: '[ab1] started order' });
    log.line(2, 'orders', { msg: '[ab1] finished' });
    expect(traced(log.entries, { rules: [orders, wide] }).spans.map(({ name }) => name)).toEqual([
      'order',
    ]);
    expect(traced(log.entries, { rules: [wide, orders] }).spans.map(({ name }) => name)).toEqual([
      'wide order',
    ]);
  });

  test('lets rules that were written for the log come before its ids', () => {
    const log = new ScriptedLog();
    log.within(1, 'orders', 1, 1, '[ab1] started order');
    log.within(2, 'orders', 1, 1, '[ab1] finished');
    const names = (rulesComeFirst: boolean): string[] =>
      traced(log.entries, { rules: [orders], rulesComeFirst }).spans.map(({ name }) => name);
    expect(names(true)).toEqual(['order']);
    expect(names(false)).not.toEqual(['order']);
  });

  test('counts a span whose end is not known as incomplete', () => {
    const log = new ScriptedLog();
    log.start(1, 'petstore', 1, 1);
    log.line(1, 'orders', { msg: '[ab1] started order' });
    log.tick(2);
    expect(traced(log.entries, { rules: [orders] }).counts).toMatchObject({
      complete: 0,
      incomplete: 2,
    });
  });

  test('goes by when a line was written, not by when it was read', () => {
    const log = new ScriptedLog();
    const at = 1_795_363_200;
    log.line(at + 0.9, 'orders', { time: at * 1e3, msg: '[ab1] started order' });
    log.line(at + 2.9, 'orders', { time: at * 1e3 + 500, msg: '[ab1] finished' });
    expect(traced(log.entries, { rules: [orders] }).spans).toMatchObject([
      { startTimeUnixNano: `${at}000000000`, endTimeUnixNano: `${at}500000000` },
    ]);
  });
});
