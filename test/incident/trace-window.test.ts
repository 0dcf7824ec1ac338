import { describe, expect, test } from 'vitest';
import { TraceWindow } from '../../incident/trace-window.ts';
import { simulatedSpans } from './simulated-traffic.ts';

const spans = simulatedSpans({ seed: 1, seconds: 60, perSecond: 10, troubles: [] });

describe('TraceWindow', () => {
  test('keeps whole traces, the newest, and counts those that fall out', () => {
    const window = new TraceWindow(100);
    for (const span of spans) window.add(span);
    const all = new Set(spans.map(({ traceId }) => traceId));
    expect(window.spanCount).toBeLessThanOrEqual(100);
    expect(window.traces().length + window.droppedTraces).toBe(all.size);
    expect(window.traces().map(({ traceId }) => traceId)).toEqual(
      [...all].slice(-window.traces().length),
    );
  });

  test('takes no span that tells of incidents itself', () => {
    const window = new TraceWindow();
    const [span] = spans;
    if (span !== undefined) window.add({ ...span, resource: { 'service.name': 'system' } });
    expect(window.traces()).toEqual([]);
  });
});

test('spans under way stand in their traces as long as they are, and are not kept', () => {
  const window = new TraceWindow();
  const [first, ...others] = spans.filter(({ traceId }) => traceId === spans.at(-1)?.traceId);
  const [elsewhere] = spans;
  for (const span of others) window.add(span);
  const underWay = [first, elsewhere].flatMap((span) => span ?? []);
  const counts = (): number[] => window.traces(underWay).map((trace) => trace.spans.length);
  expect(counts()).toEqual([others.length + 1, 1]);
  expect(counts()).toEqual([others.length + 1, 1]);
  expect(window.traces()).toHaveLength(1);
  expect(window.spanCount).toBe(others.length);
});

describe('what a trace shows', () => {
  test('is the time that no child explains, and where a failure starts', () => {
    const window = new TraceWindow();
    for (const span of spans) window.add(span);
    for (const { observations } of window.traces()) {
      const self = observations.reduce((sum, { selfMicros }) => sum + selfMicros, 0);
      const [root] = observations;
      const whole = (root?.span.endMicros ?? 0) - (root?.span.startMicros ?? 0);
      expect(Math.abs(self - whole)).toBeLessThan(5);
      const origins = observations.filter(({ isFailureOrigin }) => isFailureOrigin);
      const failed = observations.filter(({ span }) => span.failure !== undefined);
      // Payment's server span fails, and so does the call to it: only the deeper one is to blame.
      expect(origins.map(({ span }) => span.service)).toEqual(failed.length > 0 ? ['payment'] : []);
    }
  });
});
