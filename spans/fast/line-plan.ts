import { isJsonObject } from '../../log/entry.ts';
import { SPAN_FIELDS } from '../closing.ts';
import { utf8, type Literal } from './literal.ts';
import { membersOf, type LineShape, type Member, type Place } from './line-shape.ts';

/** The values of an envelope, in the order in which a firehose writes them. */
export const ENVELOPE = { ts: 0, node: 1, instance: 2, stream: 3, seq: 4 } as const;

/** A text within a line. */
export interface Range {
  readonly from: Place;
  readonly to: Place;
}

/**
 * Where in all firehose lines of one shape to find what spans are made of:
 * values by number, longer texts by range. Absent is -1, or undefined.
 */
export interface LinePlan {
  /** For each value the length of the literal before it. */
  readonly gaps: readonly number[];
  readonly traceId: number;
  readonly spanId: number;
  readonly msg: number;
  /** Of lines that are a boundary if `msg` says so. */
  readonly boundary: BoundaryPlan | undefined;
  readonly event: EventPlan;
}

export interface BoundaryPlan {
  readonly name: number;
  readonly start: number;
  readonly end: number;
  readonly kind: number;
  readonly parent: number;
  readonly status: Range | undefined;
  readonly attributes: Range | undefined;
  readonly events: Range | undefined;
  readonly links: Range | undefined;
}

interface EventPlan {
  readonly time: number;
  readonly name: number;
  readonly attributes: AttributePlan;
  /** Attributes of the semantic conventions, `,"key":"`, and the values that they take. */
  readonly exception: readonly { readonly key: Literal; readonly value: number }[];
}

const EXCEPTION = {
  type: 'exception.type',
  message: 'exception.message',
  stack: 'exception.stacktrace',
} as const;

/**
 * Where the members are that become attributes, each with the comma before it:
 * `,"key":value,"key":value`. The first member of all has no comma before it.
 */
interface AttributePlan {
  readonly ranges: readonly Range[];
  readonly beginWithComma: boolean;
}

/** Attributes that an event is given beside the line's own: a line that has one of them is left to the slow way. */
const GIVEN = new Set<string>(['one_log.line', ...Object.values(EXCEPTION)]);

/** Undefined for a shape that is no firehose line as a firehose writes it. */
export function linePlan(shape: LineShape): LinePlan | undefined {
  const envelope = new Map(membersOf(shape).map((member) => [member.key, member]));
  const isFirehose =
    numberOf(envelope.get('ts')) === ENVELOPE.ts &&
    stringOf(envelope.get('node')) === ENVELOPE.node &&
    stringOf(envelope.get('instance')) === ENVELOPE.instance &&
    stringOf(envelope.get('stream')) === ENVELOPE.stream &&
    numberOf(envelope.get('seq')) === ENVELOPE.seq &&
    isJsonObject(envelope.get('log')?.value);
  if (!isFirehose) return undefined;
  const members = membersOf(shape, 'log');
  if (members.some(({ key }) => GIVEN.has(key))) return undefined;
  const log = new Map(members.map((member) => [member.key, member]));
  const msg = stringOf(log.get('msg'));
  return {
    gaps: shape.slice(0, -1).map(({ length }) => length),
    traceId: stringOf(log.get('trace_id')),
    spanId: stringOf(log.get('span_id')),
    msg,
    boundary: boundaryPlan(log),
    event: {
      time: numberOf(log.get('time')),
      name: stringOf(firstOf(log, 'msg', 'message')),
      attributes: attributePlan(members),
      exception: exceptionPlan(shape, log),
    },
  };
}

type Members = ReadonlyMap<string, Member>;

function boundaryPlan(log: Members): BoundaryPlan | undefined {
  const name = stringOf(log.get('span_name'));
  const start = stringOf(log.get('start_time_unix_nano'));
  if (name === -1 || start === -1) return undefined;
  return {
    name,
    start,
    end: stringOf(log.get('end_time_unix_nano')),
    kind: stringOf(log.get('span_kind')),
    parent: stringOf(log.get('parent_span_id')),
    status: rangeIf(log.get('status'), isJsonObject),
    attributes: rangeIf(log.get('attributes'), isJsonObject),
    events: rangeIf(log.get('events'), Array.isArray),
    links: rangeIf(log.get('links'), Array.isArray),
  };
}

function attributePlan(members: readonly Member[]): AttributePlan {
  const ranges: Range[] = [];
  let joins = false;
  for (const [index, { key, keyFrom, to }] of members.entries()) {
    const isAttribute = !SPAN_FIELDS.has(key);
    if (isAttribute) {
      const last = joins ? ranges.pop() : undefined;
      const comma = { ...keyFrom, offset: keyFrom.offset - 1 };
      ranges.push({ from: last?.from ?? (index === 0 ? keyFrom : comma), to });
    }
    joins = isAttribute;
  }
  return { ranges, beginWithComma: SPAN_FIELDS.has(members[0]?.key ?? '') || ranges.length === 0 };
}

function exceptionPlan(shape: LineShape, log: Members): EventPlan['exception'] {
  const error = firstOf(log, 'error', 'err');
  if (!isJsonObject(error?.value)) return [];
  const members = new Map(membersOf(shape, 'log', error.key).map((member) => [member.key, member]));
  return Object.entries(EXCEPTION).flatMap(([key, name]) => {
    const value = stringOf(members.get(key));
    return value === -1 ? [] : [{ key: utf8(`,"${name}":"`), value }];
  });
}

/** As `a ?? b` would have it. */
function firstOf(log: Members, a: string, b: string): Member | undefined {
  return (log.get(a)?.value ?? undefined) === undefined ? log.get(b) : log.get(a);
}

function rangeIf(member: Member | undefined, is: (value: unknown) => boolean): Range | undefined {
  return member !== undefined && is(member.value) ? member : undefined;
}

/** The number of the member's value, if that is a string. */
function stringOf(member: Member | undefined): number {
  return typeof member?.value === 'string' ? Number(member.value) : -1;
}

/** The number of the member's value, if that is a number. */
function numberOf(member: Member | undefined): number {
  return typeof member?.value === 'number' ? member.value : -1;
}
