import type { Gap } from './gaps.ts';
import type { Incident, Looked } from './incidents.ts';
import type { Observation } from './observation.ts';
import type { Failure, ReportedLine } from './report.ts';
import { isCall, type SeenSpan } from './seen-span.ts';
import type { ConcernedTrace, Symptom } from './symptoms.ts';
import { outermost } from './trouble-spots.ts';

const MAX_FAILURES = 40;
const MAX_EXAMPLES = 5;

/**
 * What is wrong, in groups: failures by operation, type and place, slow spans
 * and spans without an end by operation, silences by service. Where the trouble
 * starts comes before what only suffers from it, and then what has most spans.
 */
export function failureGroups(
  looked: Looked,
  incident: Incident,
  concerned: readonly ConcernedTrace[],
): Failure[] {
  const groups = new Map<string, Group>();
  for (const { symptoms, origins } of concerned) {
    const starts = new Set(origins.map(({ observation }) => observation));
    const others = symptoms.filter(({ observation }) => !starts.has(observation));
    for (const symptom of origins) addTo(groups, symptom, true);
    for (const symptom of others) addTo(groups, symptom, false);
  }
  const totals = totalsOf(looked, incident);
  const failures = [...groups.values()].map((group) => failureOf(group, totals, looked, incident));
  const outer = new Set(outermost(incident.gaps, looked));
  const silences = incident.gaps.map((gap) => gapFailure(gap, outer.has(gap)));
  return [...failures, ...silences]
    .sort((a, b) => Number(b.isOrigin) - Number(a.isOrigin) || b.affected - a.affected)
    .slice(0, MAX_FAILURES);
}

interface Group {
  readonly kind: Symptom['kind'];
  readonly type: string;
  readonly first: SeenSpan;
  readonly key: string;
  readonly callee: string | undefined;
  readonly isOrigin: boolean;
  readonly spans: SeenSpan[];
  readonly selves: number[];
}

function addTo(
  groups: Map<string, Group>,
  { observation, kind }: Symptom,
  isOrigin: boolean,
): void {
  const { span, key, selfMicros, answeredBy } = observation;
  const type = kind === 'failed' ? (span.failure?.type ?? 'error') : kind;
  const name = [kind, key, type, kind === 'failed' ? span.failure?.place : '', isOrigin].join(
    '\u0000',
  );
  let group = groups.get(name);
  if (group === undefined) {
    const callee = isOrigin && isCall(span.kind) ? (answeredBy ?? span.peer) : undefined;
    group = { kind, type, first: span, key, callee, isOrigin, spans: [], selves: [] };
    groups.set(name, group);
  }
  group.spans.push(span);
  group.selves.push(selfMicros);
}

/** Spans of each operation within the incident. */
function totalsOf(
  { observations }: Looked,
  { fromMicros, toMicros }: Incident,
): Map<string, number> {
  const totals = new Map<string, number>();
  for (const { key, span } of observations) {
    if (span.startMicros < fromMicros || span.startMicros > toMicros) continue;
    totals.set(key, (totals.get(key) ?? 0) + 1);
  }
  return totals;
}

function failureOf(
  { kind, type, first, key, callee, isOrigin, spans, selves }: Group,
  totals: ReadonlyMap<string, number>,
  { pasts, observations }: Looked,
  incident: Incident,
): Failure {
  const message = spans.find(({ failure }) => failure?.message !== undefined)?.failure?.message;
  const place = first.failure?.place;
  const usualMicros = pasts.get(key)?.durations.quantiles().median;
  return {
    kind,
    service: first.service,
    operation: first.operation,
    type,
    ...(message !== undefined && { message }),
    ...(kind === 'failed' && place !== undefined && { place }),
    ...(callee !== undefined && { callee }),
    isOrigin,
    spans: Math.max(spans.length, totals.get(key) ?? 0),
    affected: spans.length,
    usualShare: usualShare(observations, key, kind, type, incident),
    ...(kind === 'slow' && {
      ...(usualMicros !== undefined &&
        Number.isFinite(usualMicros) && { usualMillis: millis(usualMicros) }),
      nowMillis: millis(selves.toSorted((a, b) => a - b)[Math.floor(selves.length / 2)] ?? 0),
    }),
    from: nanos(Math.min(...spans.map(({ startMicros }) => startMicros))),
    to: nanos(Math.max(...spans.map(({ endMicros }) => endMicros))),
    examples: spans.slice(0, MAX_EXAMPLES).map(({ traceId, spanId, lines, failure }) => ({
      traceId,
      spanId,
      lines: withLine(lines, failure?.line),
    })),
  };
}

/** Of the operation's spans before the incident; null where there are too few. Of slow ones it is not known: some are by definition. */
function usualShare(
  observations: readonly Observation[],
  key: string,
  kind: Symptom['kind'],
  type: string,
  { fromMicros }: Incident,
): number | null {
  if (kind === 'slow') return null;
  let [marked, total] = [0, 0];
  for (const observation of observations) {
    if (observation.span.startMicros >= fromMicros) break;
    if (observation.key !== key) continue;
    total++;
    const { failure, withoutEnd } = observation.span;
    const has =
      kind === 'failed' ? failure?.type === type : withoutEnd === 'exit' || withoutEnd === 'silent';
    marked += Number(has);
  }
  return total < MIN_PAST ? null : marked / total;
}

const MIN_PAST = 10;

function gapFailure({ service, fromMicros, toMicros, perSecond }: Gap, isOrigin: boolean): Failure {
  return {
    kind: 'no-request',
    service,
    operation: 'any',
    type: `no request, where ${perSecond.toFixed(1)} a second came`,
    isOrigin,
    spans: 0,
    affected: 0,
    usualShare: null,
    from: nanos(fromMicros),
    to: nanos(toMicros),
    examples: [],
  };
}

/** The line that tells of a failure comes first. */
function withLine(
  lines: readonly ReportedLine[],
  key: string | undefined,
): readonly ReportedLine[] {
  const [, instance, seq] = /^(.+)#(\d+)$/.exec(key ?? '') ?? [];
  if (instance === undefined) return lines;
  const told = { instance, seq: Number(seq) };
  return [
    told,
    ...lines.filter(
      (line) => !('seq' in line && line.instance === instance && line.seq === told.seq),
    ),
  ];
}

/** Unix microseconds as a decimal string of nanoseconds. */
export const nanos = (micros: number): string => `${Math.round(micros)}000`;

const millis = (micros: number): number => Math.round(micros / 10) / 100;
