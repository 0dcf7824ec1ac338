import { nanos } from './failures.ts';
import type { Incident, Looked } from './incidents.ts';
import type { Impact } from './report.ts';
import type { ConcernedTrace } from './symptoms.ts';

const MAX_TRACES = 50;
const MAX_USERS = 50;
const MAX_OPERATIONS = 50;

/** Whom an incident concerns: traces, users, and the operations that they asked for. */
export function impactOf(
  { traces }: Looked,
  { fromMicros, toMicros }: Incident,
  concerned: readonly ConcernedTrace[],
): Impact {
  const roots = Map.groupBy(concerned, ({ root }) => `${root.service}\u0000${root.operation}`);
  const operations = [...roots.values()].flatMap((its) => {
    const [one] = its;
    if (one === undefined) return [];
    const { service, operation } = one.root;
    return [{ service, operation, traces: its.length }];
  });
  const ids = new Set(concerned.map(({ traceId }) => traceId));
  const users = new Set<string>();
  let tracesInTime = 0;
  for (const trace of traces) {
    if (trace.startMicros <= toMicros && trace.endMicros >= fromMicros) tracesInTime++;
    if (!ids.has(trace.traceId)) continue;
    for (const { user } of trace.spans) if (user !== undefined) users.add(user);
  }
  return {
    from: nanos(
      Math.min(fromMicros, ...concerned.slice(0, 1).map(({ startMicros }) => startMicros)),
    ),
    to: nanos(concerned.reduce((last, { endMicros }) => Math.max(last, endMicros), toMicros)),
    traceCount: concerned.length,
    tracesInTime: Math.max(tracesInTime, concerned.length),
    traces: concerned.slice(0, MAX_TRACES).map(({ traceId }) => ({ traceId })),
    userCount: users.size,
    users: [...users].sort().slice(0, MAX_USERS),
    operations: operations.sort((a, b) => b.traces - a.traces).slice(0, MAX_OPERATIONS),
  };
}
