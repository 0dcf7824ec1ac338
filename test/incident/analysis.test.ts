import { describe, expect, test } from 'vitest';
import { IncidentAnalysis, type Look } from '../../incident/analysis.ts';
import type { Finding } from '../../incident/describe.ts';
import type { SystemEvent } from '../../osquery/events/system-event.ts';
import { STATUS, type Span } from '../../spans/span.ts';
import { incidentSpans } from '../../incident/system-spans.ts';
import {
  START_SECONDS,
  decoys,
  PAYMENT,
  simulatedEvent,
  simulatedIncident,
  simulatedSpans,
  type Trouble,
} from './simulated-traffic.ts';

const QUIET = { seed: 1, seconds: 300, perSecond: 10, troubles: [] };

function find(spans: readonly Span[], events: readonly SystemEvent[], look: Look = {}): Finding {
  const analysis = new IncidentAnalysis({ windowSeconds: 5 });
  for (const span of spans) analysis.addSpan(span);
  for (const event of events) analysis.addEvent(event);
  return analysis.find(look);
}

const nanosAt = (seconds: number): bigint => BigInt(START_SECONDS + seconds) * 1_000_000_000n;

const trouble = (kind: Trouble['kind']): Trouble => ({ kind, fromSeconds: 200, toSeconds: 212 });

describe('an incident', () => {
  test('is none where one payment in five fails as ever, whatever else happens', () => {
    const { report, concerned } = find(simulatedSpans(QUIET), decoys(5, 300, 30));
    expect(report).toMatchObject({
      verdict: 'no incident',
      rootCause: null,
      failures: [],
      id: 'quiet',
    });
    expect(report.ties.length).toBeGreaterThan(0);
    expect(concerned).toEqual([]);
  });

  test('of a service that is told to be slow is caused by that, and not by its caller', () => {
    const spans = simulatedSpans({ ...QUIET, troubles: [trouble('slow')] });
    const cause = simulatedEvent('node.command', 200.1, 200.1, PAYMENT);
    const { report } = find(spans, [...decoys(6, 300, 30), cause]);
    expect(report.verdict).toBe('cause found');
    expect(report.rootCause?.event.id).toBe(cause.id);
    expect(report.failures[0]).toMatchObject({
      kind: 'slow',
      service: 'payment',
      operation: 'POST /payments',
      isOrigin: true,
    });
    const startingIn = (wanted: string): number =>
      report.failures
        .filter(({ service, isOrigin }) => service === wanted && isOrigin)
        .reduce((sum, { affected }) => sum + affected, 0);
    // By chance a few of its spans are slow by themselves, as ever.
    expect(startingIn('petstore')).toBeLessThan(startingIn('payment') / 4);
  });

  test('of refused connections points to who was called', () => {
    const spans = simulatedSpans({ ...QUIET, troubles: [trouble('gone')] });
    const cause = simulatedEvent('process.signal', 199.9, 200, PAYMENT, 30);
    const effect = simulatedEvent('breaker.open', 201, 201, { node: 'petstore' });
    const restart = simulatedEvent('process.restart', 200.5, 212, { ...PAYMENT, pid: 21 });
    const { report } = find(spans, [...decoys(7, 300, 30), effect, restart, cause]);
    expect(report.rootCause?.event.id).toBe(cause.id);
    expect(report.rootCause?.explains).toContain(restart.id);
    expect(report.failures[0]).toMatchObject({
      kind: 'failed',
      type: 'ECONNREFUSED',
      callee: '127.0.0.1:8080',
      usualShare: 0,
    });
  });

  test('of a failure rate that rises is one, with what was usual beside it', () => {
    const spans = simulatedSpans({ ...QUIET, troubles: [trouble('errors')] });
    const { report } = find(spans, decoys(8, 300, 30));
    const [first] = report.failures;
    expect(first).toMatchObject({ service: 'payment', type: 'InvalidPaymentError' });
    expect(first?.usualShare).toBeCloseTo(0.2, 1);
    expect(report.impact.userCount).toBeGreaterThan(3);
    expect(report.impact.operations[0]).toMatchObject({
      service: 'petstore',
      operation: 'PUT /basket',
    });
  });

  test('is seen in fewer failures where they begin with what was done to a service', () => {
    const command = simulatedEvent('node.command', 200, 200, PAYMENT);
    const elsewhere = simulatedEvent('node.command', 200, 200, { node: 'mailer', pid: 30 });
    const seen = { alone: 0, elsewhere: 0, named: 0 };
    for (let seed = 1; seed <= 20; seed++) {
      const spans = simulatedSpans({ ...QUIET, seed, troubles: [trouble('more-errors')] });
      const incidentWith = (...events: SystemEvent[]) => find(spans, events).report;
      seen.alone += Number(incidentWith().verdict !== 'no incident');
      seen.elsewhere += Number(incidentWith(elsewhere).verdict !== 'no incident');
      seen.named += Number(incidentWith(command).rootCause?.event.id === command.id);
    }
    expect(seen.elsewhere).toBe(seen.alone);
    expect(seen.named).toBeGreaterThan(2 * seen.alone);
  });

  test('is none where services are commanded now and then and go on as ever', () => {
    let alarms = 0;
    for (let seed = 1_001; seed <= 1_020; seed++) {
      const commands = [60, 100, 150, 200, 250].map((at) =>
        simulatedEvent('node.command', at, at, PAYMENT),
      );
      const { report } = find(simulatedSpans({ ...QUIET, seed }), commands);
      alarms += Number(report.verdict !== 'no incident');
    }
    // One deed in a hundred, of a hundred.
    expect(alarms).toBeLessThanOrEqual(1);
  });

  test.each([
    ['mild', 2, 'no incident'],
    ['mild', 8, 'no cause found'],
    ['some', 30, 'no incident'],
  ] as const)('where requests are slower (%s) for %d s: %s', (kind, lasting, verdict) => {
    for (let seed = 0; seed < 5; seed++) {
      const slower = { kind, fromSeconds: 200, toSeconds: 200 + lasting };
      const spans = simulatedSpans({ ...QUIET, seed, perSecond: 20, troubles: [slower] });
      expect(find(spans, []).report.verdict).toBe(verdict);
    }
  });

  test('is found the fifth time as the first: what was wrong is not what later times are compared with', () => {
    const troubles = [60, 100, 140, 180, 220].map((at): Trouble => ({
      kind: 'stalls',
      fromSeconds: at,
      toSeconds: at + 10,
    }));
    for (let seed = 1; seed <= 6; seed++) {
      const { report } = find(simulatedSpans({ ...QUIET, seed, troubles }), []);
      expect(report.others, `seed ${seed}`).toHaveLength(4);
    }
  });

  test('is seen when requests end that wait for a minute before they fail', () => {
    const wait = (span: Span): Span =>
      span.status.code === STATUS.error &&
      BigInt(span.startTimeUnixNano) >= nanosAt(200) &&
      BigInt(span.startTimeUnixNano) < nanosAt(212)
        ? { ...span, endTimeUnixNano: `${BigInt(span.endTimeUnixNano) + 60_000_000_000n}` }
        : span;
    const spans = simulatedSpans({ ...QUIET, troubles: [trouble('gone')] });
    const analysis = new IncidentAnalysis({ windowSeconds: 5 });
    for (const span of spans) analysis.addSpan(wait(span));
    const [sighting] = analysis.sightingsSince(START_SECONDS + 260, 5);
    const seconds = (micros = 0): number => Math.round(micros / 1e6 - START_SECONDS);
    expect(seconds(sighting?.toMicros)).toBe(212);
    expect(seconds(sighting?.seenMicros)).toBe(272);
  });

  test('is named by the process that took the CPU, not by those that waited for it', () => {
    const spans = simulatedSpans({ ...QUIET, troubles: [trouble('host')] });
    const hog = simulatedEvent('cpu.hog', 199.5, 212.5, { pid: 99, process: 'x' }, 15);
    const starved = simulatedEvent('cpu.starved', 200, 212.5, PAYMENT, 12);
    const { report } = find(spans, [...decoys(9, 300, 30), starved, hog]);
    expect(report.rootCause?.event.id).toBe(hog.id);
    expect(report.rootCause?.explains).toEqual([starved.id]);
  });

  test('without an event of its time has no cause', () => {
    const spans = simulatedSpans({ ...QUIET, troubles: [trouble('errors')] });
    const events = decoys(10, 180, 20);
    expect(find(spans, events).report).toMatchObject({
      verdict: 'no cause found',
      rootCause: null,
    });
  });

  test('is told from others by its time; the newest is the one asked for', () => {
    const spans = simulatedSpans({
      ...QUIET,
      troubles: [{ kind: 'gone', fromSeconds: 100, toSeconds: 108 }, trouble('slow')],
    });
    const newest = find(spans, []).report;
    expect(newest.failures[0]?.kind).toBe('slow');
    expect(newest.others).toHaveLength(1);
    const atMicros = Number(newest.others[0]?.from) / 1e3 + 1e6;
    const older = find(spans, [], { atMicros }).report;
    expect(older.failures[0]?.type).toBe('ECONNREFUSED');
    expect(older.id).toBe(newest.others[0]?.id);
    expect(find(spans, [], { atMicros: atMicros - 50e6 }).report.verdict).toBe('no incident');
  });

  test('that comes with each kill is caused by the kill, however many incidents there were', () => {
    const times = [60, 100, 140, 180, 220, 260];
    const spans = simulatedSpans({
      ...QUIET,
      troubles: times.map((at) => ({ kind: 'gone', fromSeconds: at, toSeconds: at + 8 })),
    });
    const kills = times.map((at) => simulatedEvent('process.signal', at, at, PAYMENT, 20));
    const { report } = find(spans, [...decoys(12, 300, 30), ...kills]);
    expect(report.rootCause?.event.id).toBe(kills.at(-1)?.id);
    expect(report.rootCause?.correctedPValue).toBeLessThan(0.05);
    const reasons = report.rootCause?.evidence.map(({ reason }) => reason).join() ?? '';
    expect(reasons).not.toContain('without this incident');
  });

  test('of a service that is not asked any more is a silence, caused by whose process stopped', () => {
    const spans = simulatedSpans(QUIET).filter(
      ({ startTimeUnixNano }) => !isBetween(startTimeUnixNano, 200, 210),
    );
    const cause = simulatedEvent('process.stopped', 199.5, 210, { node: 'petstore', pid: 10 }, 20);
    const { report } = find(spans, [...decoys(11, 300, 30), cause]);
    expect(report.failures[0]).toMatchObject({ kind: 'no-request', service: 'petstore' });
    expect(report.rootCause?.event.id).toBe(cause.id);
  });

  test('is no silence while nobody looked', () => {
    const analysis = new IncidentAnalysis({ windowSeconds: 5 });
    for (const span of simulatedSpans(QUIET)) {
      const seconds = Number(span.startTimeUnixNano) / 1e9 - START_SECONDS;
      if (seconds > 200 && seconds < 210) continue;
      const instance = seconds < 205 ? 'driver@lab-1/1.1' : 'driver@lab-1/2.2';
      analysis.pass({ ts: START_SECONDS + seconds, node: 'driver', instance });
      analysis.addSpan(span);
    }
    expect(analysis.find().report.verdict).toBe('no incident');
  });

  test('is reported the same whatever the order of spans and events', () => {
    const spans = simulatedSpans({ ...QUIET, troubles: [trouble('slow')] });
    const events = decoys(12, 300, 30);
    const { report } = find(spans, events);
    const again = find(spans, events.toReversed()).report;
    expect({ ...again, ties: [] }).toEqual({ ...report, ties: [] });
  });

  test('can be asked for where there is nothing at all', () => {
    const { report } = find([], []);
    expect(report).toMatchObject({
      verdict: 'no incident',
      ties: [],
      counts: { traces: 0, events: 0 },
    });
  });
});

test.each(['slow', 'host', 'errors', 'gone'] as const)(
  'among decoys the cause of %s comes first, and a quiet time raises no alarm',
  (kind) => {
    const { spans, events, cause } = simulatedIncident(kind, 77);
    expect(find(spans, events).report.rootCause?.event.id).toBe(cause.id);
    const quiet = simulatedSpans({ ...QUIET, seed: kind.length });
    expect(find(quiet, events.slice(1)).report.verdict).toBe('no incident');
  },
);

test('the spans that tell of an incident are the same whenever they are made', () => {
  const { spans, events, cause } = simulatedIncident('slow', 3);
  const [first, again] = [incidentSpans(find(spans, events)), incidentSpans(find(spans, events))];
  expect(JSON.stringify(again)).toBe(JSON.stringify(first));
  expect(new Set(first.map(({ traceId, spanId }) => traceId + spanId)).size).toBe(first.length);
  const own = new Map(spans.map((span) => [span.spanId, span]));
  for (const span of first) {
    const parent = own.get(span.parentSpanId ?? '');
    expect(span.traceId).toBe(parent?.traceId);
    expect(span.attributes['one_log.incident.event']).toBe(cause.id);
    expect(span.resource['service.name']).toBe('system');
  }
});

function isBetween(unixNano: string, from: number, to: number): boolean {
  const seconds = Number(unixNano) / 1e9 - 1_795_363_200;
  return seconds >= from && seconds < to;
}
