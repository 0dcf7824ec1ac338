import { isJsonObject, type JsonObject, type JsonValue } from './entry.ts';
import type { Lens } from './lens.ts';
import { isId, looksLikeId, normalId } from './normal-id.ts';
import { propagatedIds, type WrittenIds } from './propagated-ids.ts';

/** The ids of a line in OTLP's form; the originals where they were written otherwise. */
export interface TraceIds {
  readonly traceId?: string;
  readonly spanId?: string;
  readonly parentSpanId?: string;
  readonly originalTraceId?: string;
  readonly originalSpanId?: string;
}

/** Where the user says that ids are. They look into `{log}`, so that a lens is written as for `--grep`: `log.ctx.tid`. */
export interface TraceIdLenses {
  readonly traceId?: Lens;
  readonly spanId?: Lens;
  readonly parentSpanId?: Lens;
}

/**
 * Finds the trace, span and parent ids of a line, whatever its logger calls
 * them: names are compared without case and punctuation, at the top and up to
 * two levels down in what commonly holds them (`context`, `mdc`, `trace`, `dd`,
 * `labels`, `attributes`, …). Of two fields of one meaning the first counts,
 * and one at the top before a nested one. Headers as propagation writes them
 * (`traceparent`, `b3`, `uber-trace-id`) serve where no such field is, and
 * after them the text of the message: `traceId=… spanId=…`,
 * `[service,trace,span]`. The user's lenses come before all.
 *
 * Ids are normalised as `normalId` says; what is no id counts as not there.
 */
export function traceIds(log: JsonObject, lenses?: TraceIdLenses): TraceIds {
  const written: WrittenIds = {};
  if (lenses) lookThrough(lenses, log, written);
  collect(log, '', 0, written);
  if (written.traceId === undefined && written.carrier !== undefined) {
    complete(written, propagatedIds(written.carrier));
  }
  if (written.traceId === undefined) complete(written, idsInText(log));
  return normalised(written);
}

function lookThrough(lenses: TraceIdLenses, log: JsonObject, written: WrittenIds): void {
  const entry = { log };
  for (const role of ['traceId', 'spanId', 'parentSpanId'] as const) {
    const text = idText(lenses[role]?.(entry));
    if (text !== undefined) written[role] = text;
  }
}

type Role = Exclude<keyof WrittenIds, 'decimal'>;

/** What a name without case and punctuation stands for; `weak` names hold other things as often, so their value must look like an id. */
interface Meaning {
  readonly role: Role;
  readonly weak?: true;
  readonly decimal?: true;
}

const MEANINGS: ReadonlyMap<string, Meaning> = new Map([
  ...names('traceId', 'traceid xb3traceid oteltraceid mdctraceid logginggoogleapiscomtrace'),
  ...names('traceId', 'opentelemetrytraceid jaegertraceid xraytraceid awsxraytraceid tracetraceid'),
  ...names('traceId', 'trace', { weak: true }),
  ...names('traceId', 'ddtraceid datadogtraceid', { decimal: true }),
  ...names('spanId', 'spanid xb3spanid otelspanid mdcspanid logginggoogleapiscomspanid'),
  ...names('spanId', 'opentelemetryspanid jaegerspanid spanspanid'),
  ...names('spanId', 'span', { weak: true }),
  ...names('spanId', 'ddspanid datadogspanid', { decimal: true }),
  ...names('transactionId', 'transactionid', { weak: true }),
  ...names('parentSpanId', 'parentspanid spanparentid xb3parentspanid mdcparentspanid'),
  ...names('parentSpanId', 'otelparentspanid parentspan spanparentspanid'),
  ...names('parentSpanId', 'parent', { weak: true }),
  ...names('parentId', 'parentid mdcparentid'),
  ...names('parentSpanId', 'ddparentid ddparentspanid datadogparentid', { decimal: true }),
  ...names('carrier', 'traceparent b3 xb3 ubertraceid xamzntraceid'),
]);

function names(
  role: Role,
  list: string,
  how: Omit<Meaning, 'role'> = {},
): (readonly [string, Meaning])[] {
  return list.split(' ').map((name) => [name, { role, ...how }]);
}

/** What may hold ids, by names without case and punctuation. */
const HOLDERS = new Set(
  'trace span parent transaction context ctx spancontext tracecontext mdc contextmap contextdata dd datadog otel opentelemetry labels attributes resource extra fields properties record meta metadata tags log logger data scope scopes tracing correlation event'.split(
    ' ',
  ),
);
const MAX_DEPTH = 2;

function collect(object: JsonObject, path: string, depth: number, written: WrittenIds): void {
  let holders: [string, JsonObject][] | undefined;
  for (const key in object) {
    const name = plainName(key);
    if (name === '') continue;
    const value = object[key];
    if (isJsonObject(value)) {
      if (depth < MAX_DEPTH && HOLDERS.has(name)) (holders ??= []).push([name, value]);
      continue;
    }
    const meaning = (path === '' ? undefined : MEANINGS.get(path + name)) ?? MEANINGS.get(name);
    if (meaning !== undefined && written[meaning.role] === undefined) note(value, meaning, written);
  }
  for (const [name, held] of holders ?? []) collect(held, name, depth + 1, written);
}

function note(value: JsonValue | undefined, meaning: Meaning, written: WrittenIds): void {
  const text = idText(value);
  if (text === undefined || !isId(text) || (meaning.weak && !looksLikeId(text))) return;
  written[meaning.role] = text;
  if (meaning.decimal) written.decimal = true;
}

/** An id as it is written; a number's digits, as many as a double has kept. */
function idText(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' && Number.isInteger(value) && value > 0
    ? BigInt(value).toString()
    : undefined;
}

/**
 * A name without case and punctuation; empty for names that can stand for
 * nothing here. Logs have few names, so they are remembered, up to a bound.
 */
function plainName(key: string): string {
  const known = plainNames.get(key);
  if (known !== undefined) return known;
  const plain = key.length > 64 ? '' : key.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  const name = plain === 'id' || MEANINGS.has(plain) || HOLDERS.has(plain) ? plain : '';
  if (plainNames.size < MAX_NAMES) plainNames.set(key, name);
  return name;
}

const MAX_NAMES = 10_000;
const plainNames = new Map<string, string>();

const MESSAGES = ['msg', 'message', 'MESSAGE', 'log', 'text', 'body'];
const MAX_TEXT = 4_096;
const NAMED_IN_TEXT =
  /\b((?:dd\.)?(?:otel)?(trace|span|parent(?:[_.-]?span)?)[_.-]?id)["']?\s?[=:]\s?["']?([0-9a-z][0-9a-z-]{0,63})/gi;
/** Spring Cloud Sleuth's `[service,trace,span]`, with `,true` for exported ones, and Spring Boot's `[trace-span]`. */
const BRACKETED =
  /\[(?:[^\s,[\]]{0,64},)?\s?([0-9a-f]{32}|[0-9a-f]{16})[,-]\s?([0-9a-f]{16})(?:,(?:true|false))?\]/;

function idsInText(log: JsonObject): WrittenIds {
  for (const key of MESSAGES) {
    const text = log[key];
    if (typeof text === 'string') return textIds(text.slice(0, MAX_TEXT));
  }
  return {};
}

function textIds(text: string): WrittenIds {
  const found: WrittenIds = {};
  for (const [, name = '', kind = '', id = ''] of text.matchAll(NAMED_IN_TEXT)) {
    const role = ROLES[kind.slice(0, 1).toLowerCase()];
    if (role === undefined || found[role] !== undefined) continue;
    found[role] = id;
    if (/^dd\./i.test(name)) found.decimal = true;
  }
  if (found.traceId !== undefined) return found;
  const [, traceId, spanId] = BRACKETED.exec(text) ?? [];
  return traceId === undefined || spanId === undefined ? found : { ...found, traceId, spanId };
}

const ROLES: Readonly<Record<string, 'traceId' | 'spanId' | 'parentSpanId'>> = {
  t: 'traceId',
  s: 'spanId',
  p: 'parentSpanId',
};

/** Adds what is not known yet. */
function complete(written: WrittenIds, more: WrittenIds): void {
  Object.assign(written, { ...more, ...written });
}

function normalised(written: WrittenIds): TraceIds {
  const decimal = written.decimal === true;
  const trace = idOf(written.traceId, 32, decimal);
  const span = idOf(written.spanId ?? written.transactionId, 16, decimal);
  const parent = idOf(written.parentSpanId ?? parentBeside(written), 16, decimal);
  return {
    ...(trace && { traceId: trace.id }),
    ...(span && { spanId: span.id }),
    ...(parent && { parentSpanId: parent.id }),
    ...(trace?.original !== undefined && { originalTraceId: trace.original }),
    ...(span?.original !== undefined && { originalSpanId: span.original }),
  };
}

/** `parentId` is a span's parent beside a span's id; alone it may be anything's. */
function parentBeside({ parentId, spanId }: WrittenIds): string | undefined {
  return parentId !== undefined && (spanId !== undefined || looksLikeId(parentId))
    ? parentId
    : undefined;
}

const idOf = (text: string | undefined, digits: 32 | 16, decimal: boolean) =>
  text === undefined ? undefined : normalId(text, digits, decimal);
