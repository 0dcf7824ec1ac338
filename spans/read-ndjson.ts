/**
 * One Log's own spans, one JSON object a line, as `onelog spans --format ndjson`
 * prints them.
 *
 * `{"traceId":"4bf9…","spanId":"00f0…","name":"GET /pets","kind":2,"startTimeUnixNano":"1795363200123456000","endTimeUnixNano":"…","status":{"code":0},"attributes":{},"events":[],"links":[],"resource":{"service.name":"petstore"},"lines":[],"warnings":[]}`
 */
import type { JsonObject } from '../log/entry.ts';
import { nanosOf, numberOf, objectOf, objectsOf, textOf } from './read-field.ts';
import {
  SPAN_KIND,
  STATUS,
  type LineRef,
  type Span,
  type SpanKind,
  type SpanStatus,
  type SpanWarning,
} from './span.ts';

export function isSpanJson(document: JsonObject): boolean {
  return 'traceId' in document && 'spanId' in document && !('resourceSpans' in document);
}

/** What need not be there may be absent. Throws a SyntaxError that names the field that is wrong. */
export function ndjsonSpan(line: JsonObject): Span {
  const { parentSpanId } = line;
  const startTimeUnixNano = nanosOf(line, 'startTimeUnixNano');
  return {
    traceId: textOf(line, 'traceId'),
    spanId: textOf(line, 'spanId'),
    ...(typeof parentSpanId === 'string' && parentSpanId !== '' && { parentSpanId }),
    name: textOf(line, 'name'),
    kind: kindOf(line['kind']),
    startTimeUnixNano,
    endTimeUnixNano:
      'endTimeUnixNano' in line ? nanosOf(line, 'endTimeUnixNano') : startTimeUnixNano,
    status: statusOf(objectOf(line['status'])),
    attributes: objectOf(line['attributes']),
    events: objectsOf(line['events']).map((event) => ({
      timeUnixNano: nanosOf(event, 'timeUnixNano'),
      name: textOf(event, 'name'),
      attributes: objectOf(event['attributes']),
    })),
    links: objectsOf(line['links']).map((link) => ({
      traceId: textOf(link, 'traceId'),
      spanId: textOf(link, 'spanId'),
      attributes: objectOf(link['attributes']),
    })),
    resource: objectOf(line['resource']),
    lines: objectsOf(line['lines']).map(lineOf),
    warnings: objectsOf(line['warnings']).map(warningOf),
  };
}

/** Of the firehose, else of a raw file. */
function lineOf(ref: JsonObject): LineRef {
  return 'instance' in ref
    ? { instance: textOf(ref, 'instance'), seq: numberOf(ref, 'seq') }
    : { file: textOf(ref, 'file'), line: numberOf(ref, 'line') };
}

function warningOf(warning: JsonObject): SpanWarning {
  const { confidence, before, after } = warning;
  return {
    kind: textOf(warning, 'kind'),
    message: textOf(warning, 'message'),
    ...(typeof confidence === 'number' && { confidence }),
    ...(typeof before === 'string' && { before }),
    ...(typeof after === 'string' && { after }),
  };
}

/** OTLP's integer, or the name of its enum; what is neither is internal. */
export function kindOf(value: unknown): SpanKind {
  const kinds = Object.entries(SPAN_KIND);
  const name = typeof value === 'string' ? value.replace('SPAN_KIND_', '').toLowerCase() : value;
  return (
    kinds.find(([word, number]) => word === name || number === name)?.[1] ?? SPAN_KIND.internal
  );
}

/** OTLP's integer, or the name of its enum; what is neither is unset. */
export function statusOf({ code, message }: JsonObject): SpanStatus {
  const name = typeof code === 'string' ? code.replace('STATUS_CODE_', '').toLowerCase() : code;
  const known = Object.entries(STATUS).find(([word, number]) => word === name || number === name);
  return {
    code: known?.[1] ?? STATUS.unset,
    ...(typeof message === 'string' && message !== '' && { message }),
  };
}
