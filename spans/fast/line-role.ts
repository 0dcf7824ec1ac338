import { readId, TRACE_WORDS } from '../span-ids.ts';
import { utf8 } from './literal.ts';
import type { LinePlan } from './line-plan.ts';
import { LINE_MARKS, MARK, ROLE } from './marks.ts';

/** What the line whose marks begin at `mark` is to its span, one of ROLE; notes its ids among the marks. */
export function lineRole(plan: LinePlan, bytes: DataView, marks: Int32Array, mark: number): number {
  if (plan.traceId === -1 || plan.spanId === -1) return ROLE.none;
  const values = mark + LINE_MARKS;
  const to = (value: number): number => marks[values + value] as number;
  const from = (value: number): number => to(value - 1) + (plan.gaps[value] as number);
  const ids = mark + MARK.ids;
  const { traceId, spanId, msg, boundary } = plan;
  if (
    !readId(bytes, from(traceId), to(traceId), 4, marks, ids) ||
    !readId(bytes, from(spanId), to(spanId), 2, marks, ids + TRACE_WORDS)
  ) {
    return ROLE.none;
  }
  if (msg === -1) return ROLE.line;
  const isStart = SPAN_START.isAll(bytes, from(msg), to(msg));
  if (!isStart && !SPAN_END.isAll(bytes, from(msg), to(msg))) return ROLE.line;
  if (boundary === undefined) return ROLE.broken;
  if (!isNanos(bytes, from(boundary.start), to(boundary.start))) return ROLE.broken;
  if (isStart) return ROLE.start;
  const hasEnd = boundary.end !== -1 && isNanos(bytes, from(boundary.end), to(boundary.end));
  return hasEnd ? ROLE.end : ROLE.broken;
}

const SPAN_START = utf8('span start');
const SPAN_END = utf8('span end');

/** As `isNanos` of boundary.ts. */
function isNanos(bytes: DataView, from: number, to: number): boolean {
  if (to === from || to - from > 20) return false;
  for (let at = from; at < to; at++) {
    const digit = bytes.getUint8(at) - 48;
    if (digit < 0 || digit > 9) return false;
  }
  return true;
}
