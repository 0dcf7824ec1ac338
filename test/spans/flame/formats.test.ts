import fc from 'fast-check';
import { Profile } from 'pprof-format';
import { expect, test } from 'vitest';
import { callTreeOf, type CallTree } from '../../../spans/flame/call-tree.ts';
import { diffCallTrees } from '../../../spans/flame/diff.ts';
import { foldedDiffLines, foldedLines } from '../../../spans/flame/formats/folded.ts';
import { perfettoJson } from '../../../spans/flame/formats/perfetto.ts';
import { pprofProfile } from '../../../spans/flame/formats/pprof.ts';
import { speedscopeFile } from '../../../spans/flame/formats/speedscope.ts';
import { flameDiffSvg, flameSvg } from '../../../spans/flame/formats/svg.ts';
import { measureTrace, type MeasuredTrace } from '../../../spans/flame/measured-trace.ts';
import { check } from '../../property.ts';
import { messyTrace, shapedTrace } from './shaped-trace.ts';

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** As flamegraph.pl reads lines: a stack, a space, a number. */
function foldedTotal(lines: string): number {
  const read = lines.split('\n').slice(0, -1);
  return sum(read.map((line) => Number(/^(?:[^;]+;)*[^;]+ (\d+)$/.exec(line)?.[1])));
}

function speedscopeTotal(tree: CallTree): number {
  const { shared, profiles } = speedscopeFile('test', [{ name: 'all', tree }]);
  const [profile] = profiles;
  const open: number[] = [];
  let own = 0;
  let last = 0;
  for (const { type, frame, at } of profile?.events ?? []) {
    expect(at).toBeGreaterThanOrEqual(last);
    expect(shared.frames[frame]).toBeDefined();
    if (open.length > 0) own += at - last;
    const closed = type === 'C' ? open.pop() : open[open.push(frame) - 1];
    expect(closed).toBe(frame);
    last = at;
  }
  expect(open).toEqual([]);
  expect(profile?.endValue).toBe(own);
  return own;
}

function pprofTotals(tree: CallTree): { spans: number; micros: number } {
  const {
    sample,
    location,
    function: functions,
    stringTable,
  } = Profile.decode(pprofProfile(tree, 7n));
  for (const { locationId } of sample) {
    for (const id of locationId) {
      const { line } = location.find((known) => known.id === id) ?? {};
      const of = functions.find((known) => known.id === line?.[0]?.functionId);
      expect(stringTable.strings[Number(of?.name)]).toMatch(/: /);
    }
  }
  return {
    spans: sum(sample.map(({ value }) => Number(value[0] ?? 0))),
    micros: sum(sample.map(({ value }) => Number(value[1] ?? 0))),
  };
}

interface ChromeEvent {
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur: number;
  readonly name: string;
  readonly args: { readonly self_us: number; readonly name: string };
}

const chromeEvents = (traces: readonly MeasuredTrace[]): ChromeEvent[] =>
  (JSON.parse([...perfettoJson(traces)].join('')) as { traceEvents: ChromeEvent[] }).traceEvents;

/** Of one track, in the order of the file: each slice is within the open ones, or after them. */
function expectNested(events: readonly ChromeEvent[]): void {
  const ends: number[] = [];
  for (const { ts, dur } of events) {
    while (ends.length > 0 && (ends.at(-1) ?? 0) <= ts + 1e-6) ends.pop();
    expect(ts + dur).toBeLessThanOrEqual((ends.at(-1) ?? Infinity) + 1e-6);
    ends.push(ts + dur);
  }
}

/** Shares of the roots' widths: what is below the row that is the whole. */
function svgShares(svg: string): number[] {
  const frames = [...svg.matchAll(/<svg class="f" x="([\d.]+)%" y="(\d+)" width="([\d.]+)%"/g)];
  const [first] = frames;
  return frames
    .filter(([, , y]) => Number(y) === Number(first?.[2]) + 18)
    .map(([, , , width]) => Number(width));
}

test('all formats have the same total, that of the roots in microseconds', () => {
  check(
    fc.property(
      fc.array(messyTrace, { minLength: 1, maxLength: 4 }),
      fc.constantFrom('self' as const, 'critical' as const),
      (spans, weight) => {
        const traces = spans.map((trace) => measureTrace(trace, weight));
        const tree = callTreeOf(traces);
        const micros = Math.round(tree.totalNanos / 1_000);
        expect(foldedTotal([...foldedLines(tree)].join(''))).toBe(micros);
        expect(speedscopeTotal(tree)).toBe(micros);
        expect(pprofTotals(tree)).toEqual({ spans: tree.spans, micros });
        const slices = chromeEvents(traces).filter(({ ph }) => ph === 'X');
        const ofSpans = slices.filter(({ args }) => 'self_us' in args);
        expect(sum(ofSpans.map(({ args }) => args.self_us))).toBe(micros);
        for (const track of Map.groupBy(slices, ({ pid, tid }) => `${pid} ${tid}`).values())
          expectNested(track);
        expect(sum(svgShares(flameSvg(tree, { title: 'test', notes: [] })))).toBeCloseTo(100, 1);
      },
    ),
    50,
  );
});

test('folded stacks are integers of exclusive time, and leave out what has none', () => {
  const tree = callTreeOf([
    measureTrace(
      shapedTrace([
        ['shop:a;b', undefined, 0, 3],
        ['shop:c\nd', 'shop:a;b', 0, 1],
        ['bank:e', 'shop:c\nd', 0, 1],
      ]),
      'self',
    ),
  ]);
  expect([...foldedLines(tree)]).toEqual([
    'shop: a,b 2000\n',
    'shop: a,b;shop: c\\nd;bank: e 1000\n',
  ]);
});

test('perfetto has a track a service, further ones where its spans overlap, and log lines as instants', () => {
  const spans = shapedTrace([
    ['shop:root', undefined, 0, 10],
    ['bank:one', 'shop:root', 1, 5],
    ['bank:two', 'shop:root', 3, 8],
    ['bank:three', 'shop:root', 8, 9],
  ]).map((span) => ({
    ...span,
    events: [
      {
        timeUnixNano: span.startTimeUnixNano,
        name: 'said',
        attributes: { 'one_log.line': 'shop#1' },
      },
    ],
  }));
  const events = chromeEvents([measureTrace(spans, 'self')]);
  const of = (ph: string): unknown[] =>
    events.filter((event) => event.ph === ph).map(({ pid, tid, ts, name }) => [name, pid, tid, ts]);
  expect(of('X')).toEqual([
    ['root', 1, 1, 0],
    ['one', 2, 1, 1_000],
    ['two', 2, 2, 3_000],
    ['three', 2, 1, 8_000],
  ]);
  expect(of('i')).toHaveLength(4);
  expect(events.filter(({ name }) => name === 'process_name').map(({ args }) => args.name)).toEqual(
    ['shop', 'bank'],
  );
});

test('a critical path is a track of its own in perfetto', () => {
  const spans = shapedTrace([
    ['shop:root', undefined, 0, 10],
    ['bank:one', 'shop:root', 1, 5],
  ]);
  const events = chromeEvents([measureTrace(spans, 'critical')]);
  const pid = events.find(({ ph, args }) => ph === 'M' && args.name === 'critical path')?.pid;
  expect(
    events
      .filter((event) => event.ph === 'X' && event.pid === pid)
      .map(({ name, ts, dur }) => [name, ts, dur]),
  ).toEqual([
    ['shop: root', 0, 1_000],
    ['bank: one', 1_000, 4_000],
    ['shop: root', 5_000, 5_000],
  ]);
});

test('an svg has no way out for names, and is never empty', () => {
  const name = ']]></script><script>alert(1)</script>&"\u0000\ud800\ufffe';
  const tree = callTreeOf([measureTrace(shapedTrace([[name, undefined, 5, 5]]), 'self')]);
  const svg = flameSvg(tree, { title: name, notes: [name] });
  expect(svg.match(/<script>/g)).toHaveLength(1);
  expect(svg.match(/\]\]>/g)).toHaveLength(1);
  expect(svg).not.toMatch(/[\u0000\ud800\ufffe]/);
  expect(svg).not.toMatch(/ on[a-z]+=|style="|https?:(?!\/\/www\.w3\.org)/);
  expect(svgShares(svg)).toEqual([100]);
  expect(svg).toContain('nothing took any time');
});

test('a comparison has what is new and what is gone, each side by its own number of traces', () => {
  const before = callTreeOf([
    measureTrace(
      shapedTrace([
        ['a', undefined, 0, 4],
        ['gone', 'a', 1, 3],
      ]),
      'self',
    ),
  ]);
  const after = callTreeOf(
    [4, 8].map((end) =>
      measureTrace(
        shapedTrace([
          ['a', undefined, 0, end],
          ['new', 'a', 1, 3],
        ]),
        'self',
      ),
    ),
  );
  const diff = diffCallTrees(before, after);
  expect([...foldedDiffLines(diff)]).toEqual([
    'shop: a 2000 4000\n',
    'shop: a;shop: new 0 2000\n',
    'shop: a;shop: gone 2000 0\n',
  ]);
  const svg = flameDiffSvg(diff, 'duration', { title: 'test', notes: [] });
  expect(svg).toContain('a trace: 4 ms before, 6 ms after (+50 %)');
  expect(svg).toContain('shop: new (new)');
  expect(svg).toContain('shop: gone (gone)');
  expect(flameDiffSvg(diff, 'count', { title: 'test', notes: [] })).toContain(
    'a trace: 2 spans before, 2 spans after (±0 %)',
  );
});
