import type { JsonValue } from '../../log/entry.ts';
import { parseLinks, parseStatus } from '../boundary.ts';
import { readId } from '../span-ids.ts';
import type { SpanLines } from '../span-lines.ts';
import { SPAN_KIND } from '../span.ts';
import { utf8, type Literal } from './literal.ts';
import type { ByteSink } from './byte-sink.ts';
import { ENVELOPE, type BoundaryPlan, type Range } from './line-plan.ts';
import type { ByteLine, ScannedLine } from './scanned-line.ts';
import { writeEvents } from './write-events.ts';

const TRACE_ID = utf8('{"traceId":"');
const SPAN_ID = utf8('","spanId":"');
const PARENT = utf8('","parentSpanId":"');
const NAME = utf8('","name":"');
const KINDS = Object.entries(SPAN_KIND).map(([word, kind]) => ({
  word: utf8(word),
  json: utf8(`","kind":${kind},"startTimeUnixNano":"`),
}));
const NO_KIND = utf8(`","kind":${SPAN_KIND.internal},"startTimeUnixNano":"`);
const END_TIME = utf8('","endTimeUnixNano":"');
const STATUS = utf8('","status":');
const STATUS_UNSET = utf8('{"code":0}');
const ATTRIBUTES = utf8(',"attributes":');
const NO_ATTRIBUTES = utf8('{}');
const EVENTS = utf8(',"events":[');
const LINKS = utf8('],"links":');
const NO_LINKS = utf8('[]');
const SPAN_END = utf8('}],"warnings":[]}\n');

/**
 * Writes a complete span as NDJSON, put together from the bytes of its lines:
 * to the letter what `JSON.stringify(completeSpan(…))` gives. Where that cannot
 * be done without parsing it writes nothing and gives false.
 */
export function writeSpan(open: SpanLines<ByteLine>, sink: ByteSink): boolean {
  const { end, lines } = open;
  const plan = end?.plan?.boundary;
  if (end?.plan === undefined || plan === undefined) return false;
  if (!lines.every(isScanned) || open.droppedLines > 0) return false;
  const began = sink.length;
  writeValue(sink, TRACE_ID, end, end.plan.traceId);
  writeValue(sink, SPAN_ID, end, end.plan.spanId);
  if (hasParent(end, plan)) writeValue(sink, PARENT, end, plan.parent);
  writeValue(sink, NAME, end, plan.name);
  writeValue(sink, kindOf(end, plan), end, plan.start);
  writeValue(sink, END_TIME, end, plan.end);
  sink.literal(STATUS);
  writeParsed(sink, end, plan.status, STATUS_UNSET, parseStatus);
  sink.literal(ATTRIBUTES);
  if (plan.attributes === undefined) sink.literal(NO_ATTRIBUTES);
  else sink.copy(end.bytes, end.at(plan.attributes.from), end.at(plan.attributes.to));
  sink.literal(EVENTS);
  if (!writeEvents(sink, lines, end, plan)) {
    sink.length = began;
    return false;
  }
  sink.literal(LINKS);
  writeParsed(sink, end, plan.links, NO_LINKS, parseLinks);
  sink.literal(firstWriter(lines).resource);
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] as ScannedLine;
    const { firstLine, nextLine } = line.writer;
    writeValue(sink, index === 0 ? firstLine : nextLine, line, ENVELOPE.seq);
  }
  sink.literal(SPAN_END);
  return true;
}

const isScanned = (line: ByteLine): line is ScannedLine => line.plan !== undefined;

function writeValue(sink: ByteSink, before: Literal, line: ScannedLine, k: number): void {
  sink.literal(before);
  sink.copy(line.bytes, line.from(k), line.to(k));
}

const scratch = new Int32Array(2);

const hasParent = (end: ScannedLine, { parent }: BoundaryPlan): boolean =>
  parent !== -1 && readId(end.bytes, end.from(parent), end.to(parent), 2, scratch, 0);

function kindOf(end: ScannedLine, { kind }: BoundaryPlan): Literal {
  if (kind === -1) return NO_KIND;
  for (const { word, json } of KINDS) {
    if (word.isAll(end.bytes, end.from(kind), end.to(kind))) return json;
  }
  return NO_KIND;
}

/** What is mostly `usual` is parsed where it is not. */
function writeParsed(
  sink: ByteSink,
  line: ScannedLine,
  range: Range | undefined,
  usual: Literal,
  parse: (value: JsonValue) => unknown,
): void {
  const from = range === undefined ? 0 : line.at(range.from);
  const to = range === undefined ? 0 : line.at(range.to);
  if (from === to || usual.isAll(line.bytes, from, to)) sink.literal(usual);
  else sink.text(JSON.stringify(parse(JSON.parse(line.text(from, to)) as JsonValue)));
}

/** Who wrote the first boundary line: SpanMachine's `node` and `instance`. */
function firstWriter(lines: readonly ScannedLine[]): ScannedLine['writer'] {
  return (lines.find(({ boundary }) => boundary !== undefined) as ScannedLine).writer;
}
