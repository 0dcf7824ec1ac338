import type { LogEntry } from '../log/entry.ts';
import { parseBoundary, type Boundary } from './boundary.ts';
import { idWords } from './span-ids.ts';
import type { SpanLine } from './span-lines.ts';

/** A parsed log line as SpanMachine sees it. */
export class EntryLine implements SpanLine {
  readonly ts: number;
  readonly node: string;
  readonly instance: string;
  readonly seq: number;
  readonly ids: Int32Array;
  readonly idsAt: number;
  readonly boundary: 'start' | 'end' | undefined;
  readonly entry: LogEntry;
  /** What a boundary line says. */
  readonly says: Boundary | undefined;

  constructor(entry: LogEntry) {
    this.ts = entry.ts;
    this.node = entry.node;
    this.instance = entry.instance;
    this.seq = entry.seq;
    const ids = idWords(entry.log['trace_id'], entry.log['span_id']);
    this.ids = ids ?? NO_IDS;
    this.idsAt = ids === undefined ? -1 : 0;
    this.says = ids === undefined ? undefined : parseBoundary(entry.log);
    this.boundary = this.says?.at;
    this.entry = entry;
  }
}

const NO_IDS = new Int32Array(0);
