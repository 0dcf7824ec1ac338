import { serviceName } from '../../spans/service-name.ts';
import { STATUS, type Span } from '../../spans/span.ts';
import { didYouMean } from '../nearest.ts';
import { parseSeconds } from '../units.ts';
import { UserError } from '../user-error.ts';
import { moment } from './moment.ts';
import { oneTrace } from './one-trace.ts';

/** Which traces are wanted. Service and operation must be those of one and the same span. */
export interface TraceChoice {
  /** An id, or the beginning of one. */
  readonly trace?: string;
  readonly service?: string;
  readonly operation?: string;
  /** Only traces with a failed span. */
  readonly errors?: boolean;
  /** Of the whole trace, in milliseconds. */
  readonly slowerThan?: number;
  /** See `moment`: of the trace's first span, which must be before `to`. */
  readonly from?: string;
  readonly to?: string;
}

/** Traces by their ids, each with its spans. */
export type Traces = ReadonlyMap<string, readonly Span[]>;

/**
 * Those that are wanted, by their start. Throws a UserError where none is, which
 * says what there is instead.
 */
export function chosenTraces(traces: Traces, choice: TraceChoice): (readonly Span[])[] {
  if (choice.trace !== undefined) return [oneTrace(traces, choice.trace)];
  const times = new Map([...traces.values()].map((spans) => [spans, timesOf(spans)]));
  const end = [...times.values()].reduce((latest, { end }) => Math.max(latest, end), 0);
  const from = choice.from === undefined ? -Infinity : moment(choice.from, end);
  const to = choice.to === undefined ? Infinity : moment(choice.to, end);
  if (from >= to) {
    throw new UserError(`expected a time range, but ${choice.to} is not after ${choice.from}`);
  }
  const { slowerThan = -Infinity } = choice;
  const chosen = [...times]
    .filter(([, { start }]) => start >= from && start < to)
    .filter(([, { start, end }]) => (end - start) * 1e3 > slowerThan)
    .filter(([spans]) => hasSpan(spans, choice))
    .sort(([, a], [, b]) => a.start - b.start)
    .map(([spans]) => spans);
  if (chosen.length === 0) throw nothingChosen(traces, choice);
  return chosen;
}

/** For people: `service=petstore errors`; nothing where all are wanted. */
export function choiceText({
  trace,
  service,
  operation,
  errors,
  slowerThan,
  from,
  to,
}: TraceChoice): string {
  return [
    trace === undefined ? '' : `trace ${trace}`,
    service === undefined ? '' : `service ${service}`,
    operation === undefined ? '' : `operation ${operation}`,
    errors ? 'with errors' : '',
    slowerThan === undefined ? '' : `slower than ${slowerThan} ms`,
    from === undefined ? '' : `from ${from}`,
    to === undefined ? '' : `to ${to}`,
  ]
    .filter((part) => part !== '')
    .join(', ');
}

const WORD = /\s*(?:([a-z-]+)=(?:"([^"]*)"|(\S*))|(\S+))/y;

/**
 * Reads a choice from words: `trace=ID service=S operation="GET /pets" errors
 * slower-than=100ms from=09:00 to=09:05`. Throws a UserError for others.
 */
export function parseChoice(text: string): TraceChoice {
  const choice: { -readonly [Key in keyof TraceChoice]: TraceChoice[Key] } = {};
  for (let at = 0; at < text.trimEnd().length; at = WORD.lastIndex) {
    WORD.lastIndex = at;
    const [word = '', key, quoted, plain, flag] = WORD.exec(text) ?? [];
    const value = quoted ?? plain ?? '';
    if (flag === 'errors') choice.errors = true;
    else if (key === 'slower-than') choice.slowerThan = milliseconds(value);
    else if (key !== undefined && isTextKey(key)) choice[key] = value;
    else {
      throw new UserError(
        `expected trace=, service=, operation=, from=, to=, slower-than= or errors, not ${JSON.stringify(word.trim())}`,
      );
    }
  }
  return choice;
}

const TEXT_KEYS = ['trace', 'service', 'operation', 'from', 'to'] as const;

const isTextKey = (key: string): key is (typeof TEXT_KEYS)[number] =>
  TEXT_KEYS.some((known) => known === key);

function milliseconds(text: string): number {
  const seconds = parseSeconds(text);
  if (seconds === undefined) {
    throw new UserError(`expected a time such as 100ms or 2s, not ${JSON.stringify(text)}`);
  }
  return seconds * 1e3;
}

/** Unix seconds: exact enough to choose by. */
function timesOf(spans: readonly Span[]): { start: number; end: number } {
  let [start, end] = [Infinity, -Infinity];
  for (const { startTimeUnixNano, endTimeUnixNano } of spans) {
    start = Math.min(start, Number(startTimeUnixNano) / 1e9);
    end = Math.max(end, Number(startTimeUnixNano) / 1e9, Number(endTimeUnixNano) / 1e9);
  }
  return { start, end };
}

function hasSpan(spans: readonly Span[], { service, operation, errors }: TraceChoice): boolean {
  return (
    spans.some(
      (span) =>
        (service === undefined || serviceName(span) === service) &&
        (operation === undefined || span.name === operation),
    ) &&
    (!errors || spans.some(({ status }) => status.code === STATUS.error))
  );
}

function nothingChosen(traces: Traces, choice: TraceChoice): UserError {
  const spans = [...traces.values()].flat();
  const services = [...new Set(spans.map(serviceName))].sort();
  const { service, operation } = choice;
  if (service !== undefined && !services.includes(service)) {
    return new UserError(`no span is of service ${service}${didYouMean(service, services)}`);
  }
  const names = new Set(
    spans
      .filter((span) => service === undefined || serviceName(span) === service)
      .map(({ name }) => name),
  );
  if (operation !== undefined && !names.has(operation)) {
    return new UserError(
      `no span is named ${operation}${didYouMean(operation, [...names].sort())}`,
    );
  }
  return new UserError(`none of ${traces.size} traces is ${choiceText(choice)}`, 1);
}
