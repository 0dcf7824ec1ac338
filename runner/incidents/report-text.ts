import { terminalText } from '../../log/terminal-text.ts';
import type {
  Candidate,
  Failure,
  IncidentReport,
  ReportedLine,
  Tie,
  TraceRef,
} from '../../incident/report.ts';
import { DIM, paint, RED, type ColourDepth } from '../colour.ts';
import { counted } from './counted.ts';

const MAX_CANDIDATES = 5;
const MAX_FAILURES = 8;
const MAX_TIES = 12;
const MAX_OTHERS = 5;
const MAX_NAMES = 8;
const MAX_TRACES = 3;
const MAX_LINES = 4;

/** A report for a terminal: root cause, critical failures, impact, then what is tied. Log text in it is made safe. */
export function reportText(report: IncidentReport, depth: ColourDepth): string {
  const style = (text: string, how: string): string => (depth === 'none' ? text : paint(text, how));
  const title = (text: string): string => style(text, '1');
  const parts = [
    heading(report, style),
    ...(report.verdict === 'no incident'
      ? []
      : [
          [title('Root cause'), ...rootCause(report)],
          [title('Critical failures'), ...cut(report.failures, MAX_FAILURES, failure)],
          [title('Impact'), ...impact(report)],
        ]),
    [
      title(`Events that overlap failing or slow traces (± ${report.windowSeconds} s)`),
      ...ties(report),
    ],
    ...others(report, title),
    report.notes.map((note) => style(note, DIM)),
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function heading(report: IncidentReport, style: (text: string, how: string) => string): string[] {
  const { verdict, from, to, ongoing, summary, counts } = report;
  const looked = `looked at ${counted(counts.traces, 'trace')} and ${counted(counts.events, 'system event')}, ${time(counts.from)} to ${time(counts.to)}`;
  if (verdict === 'no incident') {
    return [`${style('No incident', '32')}: ${safe(summary)}`, style(looked, DIM)];
  }
  const what = style(`Incident ${report.id}`, RED);
  const when = `${time(from)} to ${ongoing ? 'now' : time(to)} (${seconds(from, to)})`;
  return [`${what} · ${when}`, safe(summary), style(looked, DIM)];
}

function rootCause({ rootCause: cause, candidates }: IncidentReport): string[] {
  if (cause === null) {
    const nearest = candidates.slice(0, MAX_CANDIDATES - 2);
    return [
      candidates.length === 0
        ? '  no cause found: no system event overlaps the incident'
        : '  no cause found: no event beats chance; the nearest are',
      ...nearest.flatMap((one) => [`    ${one.rank}. ${event(one)}`, `       ${odds(one)}`]),
    ];
  }
  const next = candidates.filter(({ rank }) => rank > 1).slice(0, MAX_CANDIDATES - 1);
  return [
    `  ${event(cause)}`,
    `  ${odds(cause)}`,
    ...cause.evidence.map(({ reason, nats }) => `  ${signed(nats)}  ${safe(reason)}`),
    `  lines   ${lines(cause.event.lines)}`,
    `  traces  ${cause.traceCount}${cause.traces.length > 0 ? `: ${traces(cause.traces, cause.traceCount)}` : ''}`,
    ...(next.length > 0 ? ['  less likely'] : []),
    ...next.map((one) => `    ${one.rank}. ${event(one)}  (${one.score.toFixed(1)})`),
  ];
}

const event = ({
  event: { kind, summary, startTimeUnixNano, endTimeUnixNano },
}: Candidate | Tie): string =>
  `${safe(summary)} [${safe(kind)}, ${time(startTimeUnixNano)} to ${time(endTimeUnixNano)}]`;

const odds = ({ score, lift, correctedPValue }: Candidate): string =>
  `lift ${lift === null ? '∞' : lift.toFixed(1)} against chance, p ${correctedPValue.toPrecision(2)} corrected for all events, score ${score.toFixed(1)}`;

function failure(one: Failure): string[] {
  const { kind, service, operation, type, message, place, callee, isOrigin } = one;
  const where = `${safe(service)} ${safe(operation)}${callee === undefined ? '' : ` to ${safe(callee)}`}`;
  const what =
    kind === 'failed'
      ? `failed with ${safe(type)}${message === undefined ? '' : `: ${safe(message)}`}`
      : sayings[kind](one);
  const [example] = one.examples;
  return [
    `  ${where} ${what}${isOrigin ? '' : ' (suffers from what is below it)'}`,
    ...(kind === 'no-request' ? [] : [`    ${one.affected} of ${one.spans} spans${usual(one)}`]),
    ...(place === undefined ? [] : [`    at ${safe(place)}`]),
    ...(example === undefined
      ? []
      : [`    span ${example.spanId} of ${trace(example)}; lines ${lines(example.lines)}`]),
  ];
}

const sayings: Readonly<Record<Exclude<Failure['kind'], 'failed'>, (one: Failure) => string>> = {
  slow: ({ usualMillis, nowMillis }) =>
    `took ${nowMillis} ms by itself${usualMillis === undefined ? '' : `, usually ${usualMillis} ms`}`,
  'missing-end': () => 'never ended',
  'no-request': ({ type, from, to }) => `${safe(type)}, for ${seconds(from, to)}`,
};

const usual = ({ usualShare }: Failure): string =>
  usualShare === null ? '' : `, usually ${(usualShare * 100).toFixed(usualShare < 0.1 ? 1 : 0)} %`;

function impact({ impact: one }: IncidentReport): string[] {
  const { operations, users, userCount } = one;
  return [
    `  traces      ${one.traceCount} of ${one.tracesInTime} in that time${one.traces.length > 0 ? `: ${traces(one.traces, one.traceCount)}` : ''}`,
    `  users       ${userCount}${userCount > 0 ? `: ${names(users, userCount)}` : ''}`,
    ...(operations.length > 0
      ? [
          `  operations  ${names(
            operations.map(
              ({ service, operation, traces: count }) => `${service} ${operation} (${count})`,
            ),
            operations.length,
          )}`,
        ]
      : []),
    `  time        ${time(one.from)} to ${time(one.to)} (${seconds(one.from, one.to)})`,
  ];
}

function ties({ ties: all, counts }: IncidentReport): string[] {
  if (all.length === 0) return ['  none'];
  return [
    ...all
      .slice(0, MAX_TIES)
      .flatMap((tie) => [
        `  ${event(tie)}`,
        `    ${counted(tie.traceCount, 'trace')}${tie.shares.length > 0 ? `, shares ${tie.shares.join(', ')}` : ''}: ${traces(tie.traces, tie.traceCount)}`,
      ]),
    ...more(Math.min(all.length, MAX_TIES), counts.tiedEvents),
  ];
}

function others({ others: all }: IncidentReport, title: (text: string) => string): string[][] {
  if (all.length === 0) return [];
  return [
    [
      title('Other incidents (choose by --at)'),
      ...cut(all, MAX_OTHERS, ({ from, to, traceCount, summary }) => [
        `  ${time(from)} to ${time(to)}: ${counted(traceCount, 'trace')}; ${safe(summary)}`,
      ]),
    ],
  ];
}

function cut<Item>(items: readonly Item[], most: number, say: (item: Item) => string[]): string[] {
  return [
    ...items.slice(0, most).flatMap(say),
    ...more(Math.min(items.length, most), items.length),
  ];
}

const more = (shown: number, all: number): string[] =>
  all > shown ? [`  … and ${all - shown} more (--format json)`] : [];

const traces = (refs: readonly TraceRef[], all: number): string =>
  refs.slice(0, MAX_TRACES).map(trace).join(' ') +
  (all > MAX_TRACES ? ` … ${all - MAX_TRACES} more` : '');

const trace = ({ traceId, links }: TraceRef): string => safe(links?.[0] ?? traceId);

const names = (all: readonly string[], count: number): string =>
  all.slice(0, MAX_NAMES).map(safe).join(', ') +
  (count > MAX_NAMES ? ` … ${count - MAX_NAMES} more` : '');

const lines = (refs: readonly ReportedLine[]): string =>
  refs
    .slice(0, MAX_LINES)
    .map((ref) => safe('seq' in ref ? `${ref.instance}#${ref.seq}` : `${ref.file}:${ref.line}`))
    .join(' ') + (refs.length > MAX_LINES ? ` … ${refs.length - MAX_LINES} more` : '');

const safe = (text: string): string => terminalText(text);

/** `12:34:56.789Z` of Unix nanoseconds: the date is in the JSON. */
const time = (unixNano: string): string =>
  new Date(Number(unixNano.slice(0, -6))).toISOString().slice(11);

function seconds(from: string, to: string): string {
  const length = Number(BigInt(to) - BigInt(from)) / 1e9;
  return length < 60 ? `${length.toFixed(1)} s` : `${(length / 60).toFixed(1)} min`;
}

const signed = (nats: number): string => `${nats < 0 ? '−' : '+'}${Math.abs(nats).toFixed(1)}`;
