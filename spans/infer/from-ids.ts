import { hash } from 'node:crypto';
import type { JsonObject, LogEntry } from '../../log/entry.ts';
import { levelOf } from '../../log/level.ts';
import { traceIds, type TraceIdLenses } from '../../log/trace-ids.ts';
import { messageOf } from '../../rules/message.ts';
import type { RebuiltSpan } from '../rebuild.ts';
import { SPAN_KIND, STATUS, type Span, type SpanKind, type SpanWarning } from '../span.ts';
import { clockUnit } from './clock-unit.ts';
import { CERTAIN, rounded } from './draft.ts';
import { IdSpan } from './id-span.ts';
import { inferIdParents, type IdParent } from './id-parents.ts';
import { lineRef } from '../line-key.ts';
import { lineEvent, unixNano } from './line-event.ts';
import { spanNames } from './span-names.ts';

export interface FromIdsLimits {
  /** A trace is over when it has been silent for this long, in seconds of log time. */
  readonly timeoutSeconds: number;
  /** Lines held at once, at most: of traces under way, and of those that wait to be learned from. */
  readonly maxHeldLines: number;
  /** Lines kept of one span, at most. */
  readonly maxLinesPerSpan: number;
  /** So many traces that are over are learned from together. */
  readonly tracesPerWindow: number;
}

const LIMITS: FromIdsLimits = {
  timeoutSeconds: 60,
  maxHeldLines: 200_000,
  maxLinesPerSpan: 1_000,
  tracesPerWindow: 5_000,
};

export interface FromIdsCounts {
  lines: number;
  /** Lines with no trace id. */
  withoutIds: number;
  spans: number;
  /** Spans whose parent was inferred. */
  inferred: number;
  /** Lines beyond `maxLinesPerSpan`. */
  dropped: number;
  /** Traces closed early, for too many lines were held. */
  evicted: number;
}

interface OpenTrace {
  readonly traceId: string;
  lastSeconds: number;
  lines: number;
  readonly spans: Map<string, IdSpan>;
}

/**
 * Rebuilds spans from lines that carry a trace id, and mostly a span id, but
 * do not say where spans begin or end. A span is what its lines tell: it lasts
 * from the first to the last (from earlier, if one says how long it took), and
 * its parent is inferred (`inferIdParents`), with a warning. Lines with a trace
 * id alone make one span a process. A span that logged nothing cannot be found.
 *
 * Traces are given whole, once silent for `timeoutSeconds` and learned from
 * beside others, or when too much is held.
 */
export class SpansFromIds {
  readonly #give: (rebuilt: RebuiltSpan) => void;
  readonly #limits: FromIdsLimits;
  readonly #lenses: TraceIdLenses | undefined;
  /** In order of their last line. */
  readonly #open = new Map<string, OpenTrace>();
  #over: OpenTrace[] = [];
  #heldLines = 0;
  #nowSeconds = 0;
  readonly counts: FromIdsCounts = {
    lines: 0,
    withoutIds: 0,
    spans: 0,
    inferred: 0,
    dropped: 0,
    evicted: 0,
  };

  /** @param lenses where the user says that ids are */
  constructor(
    give: (rebuilt: RebuiltSpan) => void,
    limits: Partial<FromIdsLimits> = {},
    lenses?: TraceIdLenses,
  ) {
    this.#give = give;
    this.#limits = { ...LIMITS, ...limits };
    this.#lenses = lenses;
  }

  /** Whether the line had a trace id, and so is in a span. */
  push(entry: LogEntry): boolean {
    this.counts.lines++;
    this.#nowSeconds = Math.max(this.#nowSeconds, entry.ts);
    this.#closeSilent();
    const ids = traceIds(entry.log, this.#lenses);
    if (ids.traceId === undefined) {
      this.counts.withoutIds++;
      return false;
    }
    const spanId =
      ids.spanId ?? hash('sha256', JSON.stringify([ids.traceId, entry.instance])).slice(0, 16);
    const trace = this.#trace(ids.traceId);
    const key = ids.spanId === undefined ? spanId : `${spanId}\0${entry.node}`;
    let span = trace.spans.get(key);
    if (span === undefined) {
      span = new IdSpan(ids, ids.traceId, spanId, entry);
      trace.spans.set(key, span);
    }
    span.add(entry, ids, this.#limits.maxLinesPerSpan);
    trace.lines++;
    this.#heldLines++;
    while (this.#heldLines > this.#limits.maxHeldLines) this.#makeRoom();
    return true;
  }

  /** The log is over: all that is held is given. */
  end(): void {
    for (const trace of this.#open.values()) this.#over.push(trace);
    this.#open.clear();
    this.#giveOver();
  }

  #trace(traceId: string): OpenTrace {
    let trace = this.#open.get(traceId);
    if (trace === undefined) {
      trace = { traceId, lastSeconds: this.#nowSeconds, lines: 0, spans: new Map() };
    } else {
      trace.lastSeconds = this.#nowSeconds;
      this.#open.delete(traceId); // to the end of the order of silence
    }
    this.#open.set(traceId, trace);
    return trace;
  }

  #closeSilent(): void {
    for (const [traceId, trace] of this.#open) {
      if (trace.lastSeconds + this.#limits.timeoutSeconds > this.#nowSeconds) break;
      this.#open.delete(traceId);
      this.#over.push(trace);
    }
    if (this.#over.length >= this.#limits.tracesPerWindow) this.#giveOver();
  }

  /** Gives what is over; if that was nothing, the trace that has been silent longest counts as over. */
  #makeRoom(): void {
    if (this.#over.length === 0) {
      // Half of them at once, so that there is something to learn from.
      const early = [...this.#open.values()].slice(0, Math.ceil(this.#open.size / 2));
      for (const trace of early) this.#open.delete(trace.traceId);
      this.#over = early;
      this.counts.evicted += early.length;
    }
    this.#giveOver();
  }

  #giveOver(): void {
    const traces = this.#over.map(({ spans }) => [...spans.values()]);
    const spans = traces.flat();
    this.#heldLines -= this.#over.reduce((sum, { lines }) => sum + lines, 0);
    this.#over = [];
    const names = spanNames(spans);
    const operationOf = (span: IdSpan): string => `${span.service}\0${names.get(span)}`;
    const parents = inferIdParents(traces, operationOf, clockUnit(spans));
    for (const idSpan of spans) {
      const span = toSpan(idSpan, names.get(idSpan) ?? '', parents.get(idSpan));
      this.counts.spans++;
      this.counts.dropped += idSpan.droppedLines;
      if (span.warnings.some(({ kind }) => kind === 'inferred-parent')) this.counts.inferred++;
      this.#give({ span, entries: idSpan.entries });
    }
  }
}

const ERROR_LEVEL = 50;

function toSpan(span: IdSpan, name: string, parent: IdParent | undefined): Span {
  const isError = span.entries.some((entry) => (levelOf(entry) ?? 0) >= ERROR_LEVEL);
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    ...(parent?.parent !== undefined && { parentSpanId: parent.parent.spanId }),
    name,
    kind: kindOf(span, parent?.parent),
    startTimeUnixNano: unixNano(span.startSeconds),
    endTimeUnixNano: unixNano(span.endSeconds),
    status: { code: isError ? STATUS.error : STATUS.unset },
    attributes: attributesOf(span),
    events: span.entries.map((entry) => lineEvent(entry, messageOf(entry) || 'log')),
    links: [],
    resource: { 'service.name': span.service, 'service.instance.id': span.instance },
    lines: span.entries.map(lineRef),
    warnings: warningsOf(span, parent),
  };
}

/** What comes from another process is a server's; so is a root that is about HTTP. */
function kindOf({ service, httpOperation }: IdSpan, parent: IdSpan | undefined): SpanKind {
  const isEntry = parent === undefined ? httpOperation !== undefined : parent.service !== service;
  return isEntry ? SPAN_KIND.server : SPAN_KIND.internal;
}

function attributesOf({ originalTraceId, originalSpanId }: IdSpan): JsonObject {
  return {
    ...(originalTraceId !== undefined && { 'one_log.original_trace_id': originalTraceId }),
    ...(originalSpanId !== undefined && { 'one_log.original_span_id': originalSpanId }),
  };
}

function warningsOf(span: IdSpan, parent: IdParent | undefined): SpanWarning[] {
  const warnings: SpanWarning[] = [
    {
      kind: 'inferred-times',
      message: 'the log does not say when this span began and ended: these are its lines',
    },
  ];
  if (parent?.parent !== undefined && !parent.isNamed) {
    warnings.push({
      kind: 'inferred-parent',
      message: 'the parent was inferred from order, time and what such spans do elsewhere',
      confidence: rounded(Math.min(parent.confidence, CERTAIN)),
    });
  }
  if (span.droppedLines > 0) {
    warnings.push({
      kind: 'lines-dropped',
      message: `${span.droppedLines} more log lines of this span are not kept`,
    });
  }
  return warnings;
}
