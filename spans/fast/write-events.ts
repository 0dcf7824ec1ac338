import { EventClock } from './event-clock.ts';
import { utf8 } from './literal.ts';
import type { ByteSink } from './byte-sink.ts';
import { ENVELOPE, type BoundaryPlan, type Range } from './line-plan.ts';
import { ROLE } from './marks.ts';
import type { ScannedLine } from './scanned-line.ts';

const NONE = utf8('[]');
const FIRST = utf8('{"timeUnixNano":"');
const NEXT = utf8('}},{"timeUnixNano":"');
const LAST_END = utf8('}}');
const NAME = utf8('","name":"');
/** After milliseconds. */
const ZEROS_NAME = utf8('000000","name":"');
const UNNAMED = utf8('log');
const QUOTE = utf8('"');
const QUOTE_COMMA = utf8('",');

/**
 * Writes the lines of a span that are no boundaries as its events, as `lineEvent`
 * makes them. False where they cannot be written one after the other: the end
 * line brings events of its own, they are not in order of time, or times are
 * not of these centuries.
 */
export function writeEvents(
  sink: ByteSink,
  lines: readonly ScannedLine[],
  end: ScannedLine,
  plan: BoundaryPlan,
): boolean {
  const { events } = plan;
  if (events !== undefined && !NONE.isAll(end.bytes, end.at(events.from), end.at(events.to))) {
    return false;
  }
  const clock = new EventClock(end, plan);
  let before = FIRST;
  for (const line of lines) {
    if (line.role !== ROLE.line) continue;
    if (!clock.goOnTo(line)) return false;
    sink.literal(before);
    writeEvent(sink, line, clock);
    before = NEXT;
  }
  if (before === NEXT) sink.literal(LAST_END);
  return true;
}

/** But for what is before all events' times and after their attributes. */
function writeEvent(sink: ByteSink, line: ScannedLine, clock: EventClock): void {
  const { bytes } = line;
  const { time, name, attributes, exception } = line.plan.event;
  if (clock.isOwn) {
    sink.copy(bytes, line.from(time), line.to(time));
    sink.literal(ZEROS_NAME);
  } else {
    sink.digits(Math.floor(clock.seconds / 1e5), 5);
    sink.digits(clock.seconds % 1e5, 5);
    sink.digits(clock.nanos, 9);
    sink.literal(NAME);
  }
  if (name === -1 || line.from(name) === line.to(name)) sink.literal(UNNAMED);
  else sink.copy(bytes, line.from(name), line.to(name));
  sink.literal(line.writer.eventLine);
  sink.copy(bytes, line.from(ENVELOPE.seq), line.to(ENVELOPE.seq));
  sink.literal(attributes.beginWithComma ? QUOTE : QUOTE_COMMA);
  for (let index = 0; index < attributes.ranges.length; index++) {
    const { from, to } = attributes.ranges[index] as Range;
    sink.copy(bytes, line.at(from), line.at(to));
  }
  for (const { key, value } of exception) {
    sink.literal(key);
    sink.copy(bytes, line.from(value), line.to(value));
    sink.literal(QUOTE);
  }
}
