import type { LogEntry } from '../../log/entry.ts';
import type { TraceIds } from '../../log/trace-ids.ts';
import { masked } from '../../rules/mask.ts';
import { messageOf } from '../../rules/message.ts';
import { httpOperation } from './http-operation.ts';
import { writtenSeconds } from './line-event.ts';
import { statedDuration } from './stated-duration.ts';

/** How a span that logged is known: by the lines with its ids. Times are Unix seconds. */
export class IdSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly originalTraceId: string | undefined;
  readonly originalSpanId: string | undefined;
  parentSpanId: string | undefined;
  readonly service: string;
  readonly instance: string;
  readonly entries: LogEntry[] = [];
  droppedLines = 0;
  firstSeq = Infinity;
  lastSeq = -Infinity;
  startSeconds = Infinity;
  endSeconds = -Infinity;
  /** When its lines were written, in the order they were read. */
  readonly lineSeconds: number[] = [];
  /** What its lines say, without what differs from one to the next; each once, in order. */
  readonly templates: string[] = [];
  httpOperation: string | undefined;

  constructor(ids: TraceIds, traceId: string, spanId: string, { node, instance }: LogEntry) {
    this.traceId = traceId;
    this.spanId = spanId;
    this.originalTraceId = ids.originalTraceId;
    this.originalSpanId = ids.originalSpanId;
    this.service = node;
    this.instance = instance;
  }

  add(entry: LogEntry, { parentSpanId }: TraceIds, maxLines: number): void {
    if (parentSpanId !== this.spanId) this.parentSpanId ??= parentSpanId;
    const seconds = writtenSeconds(entry);
    const duration = statedDuration(entry.log) ?? 0;
    this.startSeconds = Math.min(this.startSeconds, seconds - duration);
    this.endSeconds = Math.max(this.endSeconds, seconds);
    if (entry.instance === this.instance) {
      this.firstSeq = Math.min(this.firstSeq, entry.seq);
      this.lastSeq = Math.max(this.lastSeq, entry.seq);
    }
    if (this.entries.length >= maxLines) {
      this.droppedLines++;
      return;
    }
    this.entries.push(entry);
    this.lineSeconds.push(seconds);
    const message = messageOf(entry);
    const template = masked(message);
    if (template !== '' && !this.templates.includes(template)) this.templates.push(template);
    this.httpOperation = httpOperation(entry.log, message) ?? this.httpOperation;
  }

  /** Whether its lines tell more than one moment. */
  get hasExtent(): boolean {
    return this.firstSeq < this.lastSeq || this.startSeconds < this.endSeconds;
  }
}

/** Whether one span was under way all the time that the other was, as far as their lines tell. */
export function contains(outer: IdSpan, inner: IdSpan, slackSeconds: number): boolean {
  if (outer === inner || !outer.hasExtent) return false;
  const startsBefore = outer.startSeconds <= inner.startSeconds + slackSeconds;
  if (outer.instance !== inner.instance) {
    return (
      startsBefore && outer.endSeconds >= inner.endSeconds - slackSeconds && isLonger(outer, inner)
    );
  }
  if (outer.lastSeq <= inner.lastSeq) return false;
  return outer.firstSeq < inner.firstSeq || (startsBefore && isLonger(outer, inner));
}

const isLonger = (a: IdSpan, b: IdSpan): boolean =>
  a.endSeconds - a.startSeconds > b.endSeconds - b.startSeconds;
