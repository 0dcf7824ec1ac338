import type { JsonObject, LogEntry } from '../log/entry.ts';
import type { Join, RuleEvent, SpanFacts, SpanKindName } from './action.ts';

/** Lines and events that one span keeps; what comes after is counted. */
const MAX_ENTRIES = 1_000;

/** A span, or one end of it, while rules still add to it. */
export class SpanDraft implements SpanFacts {
  readonly machine: string;
  readonly service: string;
  readonly name: string;
  readonly spanKind: SpanKindName;
  status: SpanFacts['status'] = { code: 'unset' };
  readonly attributes: JsonObject = {};
  readonly events: RuleEvent[] = [];
  traceId?: string;
  spanId?: string;
  parentSpanId?: string;
  readonly joins: Join[] = [];
  readonly entries: LogEntry[] = [];
  droppedLines = 0;

  constructor(of: Pick<SpanFacts, 'machine' | 'service' | 'name' | 'spanKind'>) {
    this.machine = of.machine;
    this.service = of.service;
    this.name = of.name;
    this.spanKind = of.spanKind;
  }

  addLine(entry: LogEntry): void {
    if (this.entries.at(-1) === entry) return;
    if (this.entries.length < MAX_ENTRIES) this.entries.push(entry);
    else this.droppedLines++;
  }

  addEvent(event: RuleEvent): void {
    if (this.events.length < MAX_ENTRIES) this.events.push(event);
  }

  addJoin(name: string, value: string): void {
    if (this.joins.some((join) => join.name === name && join.value === value)) return;
    if (this.joins.length < MAX_ENTRIES) this.joins.push({ name, value });
  }

  /** As it is now. */
  facts(): SpanFacts {
    const { machine, service, name, spanKind, status, attributes, events, joins, entries } = this;
    const { traceId, spanId, parentSpanId } = this;
    return {
      machine,
      service,
      name,
      spanKind,
      status,
      attributes,
      events,
      ...(traceId !== undefined && { traceId }),
      ...(spanId !== undefined && { spanId }),
      ...(parentSpanId !== undefined && { parentSpanId }),
      joins,
      entries,
    };
  }
}
