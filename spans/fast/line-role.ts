import { readId, TRACE_WORDS } from '../span-ids.ts';
import { digitsEnd } from './digits.ts';
import { utf8 } from './literal.ts';
import type { LinePlan } from './line-plan.ts';
import { MARK, ROLE, valueEnd, valueStart } from './marks.ts';

/** What the line whose marks begin at `mark` is to its span, one of ROLE; notes its ids among the marks. */
export function lineRole(plan: LinePlan, bytes: DataView, marks: Int32Array, mark: number): number {
  if (plan.traceId === -1 || plan.spanId === -1) return ROLE.none;
  const { traceId, spanId, msg, boundary, gaps } = plan;
  const ids = mark + MARK.ids;
  const traceFrom = valueStart(gaps, marks, mark, traceId);
  const traceTo = valueEnd(marks, mark, traceId);
  if (!readId(bytes, traceFrom, traceTo, 4, marks, ids)) return ROLE.none;
  const spanFrom = valueStart(gaps, marks, mark, spanId);
  const spanTo = valueEnd(marks, mark, spanId);
  if (!readId(bytes, spanFrom, spanTo, 2, marks, ids + TRACE_WORDS)) return ROLE.none;
  if (msg === -1) return ROLE.line;
  const from = valueStart(gaps, marks, mark, msg);
  const to = valueEnd(marks, mark, msg);
  const isStart = SPAN_START.isAll(bytes, from, to);
  if (!isStart && !SPAN_END.isAll(bytes, from, to)) return ROLE.line;
  if (boundary === undefined || !isNanos(plan, boundary.start, bytes, marks, mark)) {
    return ROLE.broken;
  }
  if (isStart) return ROLE.start;
  return isNanos(plan, boundary.end, bytes, marks, mark) ? ROLE.end : ROLE.broken;
}

const SPAN_START = utf8('span start');
const SPAN_END = utf8('span end');

/** Whether value k is there, and what `isNanos` of boundary.ts takes. */
function isNanos(
  { gaps }: LinePlan,
  k: number,
  bytes: DataView,
  marks: Int32Array,
  mark: number,
): boolean {
  if (k === -1) return false;
  const from = valueStart(gaps, marks, mark, k);
  const to = valueEnd(marks, mark, k);
  return to > from && to - from <= 20 && digitsEnd(bytes, from) === to;
}
