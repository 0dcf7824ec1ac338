import type { IncidentReport, ReportedEvent } from '../../incident/report.ts';
import type { SystemEvent } from '../../osquery/events/system-event.ts';

const nanos = (seconds: number): string => `${Math.round(seconds * 1000)}000000`;

/** A system event of a second or so, at a Unix time in seconds. */
export function systemEvent(id: string, at: number, source = 'processes'): SystemEvent {
  return {
    id,
    source,
    kind: 'process.signal',
    startTimeUnixNano: BigInt(nanos(at)),
    endTimeUnixNano: BigInt(nanos(at + 1)),
    about: { node: 'payment', pid: 4711 },
    summary: `payment (pid 4711) was stopped by SIGSTOP <b>${id}</b>`,
    magnitude: 9,
    lines: [{ instance: 'shop@lab/1.1', seq: 1 }],
  };
}

const reported = (event: SystemEvent): ReportedEvent => ({
  ...event,
  startTimeUnixNano: `${event.startTimeUnixNano}`,
  endTimeUnixNano: `${event.endTimeUnixNano}`,
});

/** An incident with a cause, a failure and an impact, which began at a Unix time in seconds. */
export function incidentReport(
  id: string,
  at: number,
  traceId: string,
  spanId: string,
): IncidentReport {
  const event = reported(systemEvent(`${id}-event`, at));
  const traces = [{ traceId }];
  const candidate = {
    rank: 1,
    event,
    score: 8.1,
    lift: 12.3,
    pValue: 0.001,
    correctedPValue: 0.004,
    inTimeOrder: true,
    shares: ['node', 'pid'],
    evidence: [
      { reason: 'symptoms begin with it', nats: 5.1 },
      { reason: 'it is about the node where the trouble starts', nats: 3 },
    ],
    explains: [],
    traceCount: 7,
    traces,
  };
  const times = { from: nanos(at), to: nanos(at + 4) };
  return {
    id,
    verdict: 'cause found',
    ...times,
    ongoing: false,
    windowSeconds: 5,
    summary: 'PUT /basket of petstore fails: payment was stopped',
    rootCause: candidate,
    candidates: [
      candidate,
      {
        ...candidate,
        rank: 2,
        event: reported(systemEvent(`${id}-decoy`, at - 3, 'vmstat')),
        lift: null,
      },
    ],
    failures: [
      {
        kind: 'failed',
        service: 'payment',
        operation: 'POST /payments',
        type: 'ECONNREFUSED',
        message: '<img src=x onerror=alert(1)>',
        place: 'charge (services/charge.ts:12)',
        callee: '127.0.0.1:8080',
        isOrigin: true,
        spans: 40,
        affected: 38,
        usualShare: 0.2,
        ...times,
        examples: [{ traceId, spanId, lines: [{ instance: 'shop@lab/1.1', seq: 2 }] }],
      },
    ],
    impact: {
      ...times,
      traceCount: 7,
      tracesInTime: 9,
      traces,
      userCount: 1,
      users: ['alice'],
      operations: [{ service: 'petstore', operation: 'PUT /basket', traces: 7 }],
    },
    ties: [{ event, traceCount: 7, traces, shares: ['node'] }],
    others: [{ id: 'older', ...times, traceCount: 1, summary: 'an older one' }],
    counts: {
      traces: 100,
      spans: 400,
      events: 12,
      tiedEvents: 3,
      droppedTraces: 0,
      droppedEvents: 0,
      ...times,
    },
    notes: ['the past is short: 2 minutes'],
  };
}
