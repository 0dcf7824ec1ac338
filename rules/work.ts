import type { JsonValue, LogEntry } from '../log/entry.ts';
import type { RuleAction, SpanKindName } from './action.ts';
import type { Incomplete, LiveKey, OpenSpan } from './live-key.ts';
import type { Captures } from './pattern.ts';
import type { Scope } from './scope.ts';
import { SpanDraft } from './span-draft.ts';
import { textOf, type Value } from './value.ts';

/** Spans that may be open within each other for one key. */
const MAX_OPEN = 64;

/** Where what is done goes. */
export interface Output {
  emit(action: RuleAction): void;
  nextId(): number;
  /** A `close` without an open span. */
  unopened(): void;
}

/** Start, end and duration in seconds, as far as a rule tells them. */
export interface TimesTold {
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly lasting: number | undefined;
}

/**
 * What one rule does for one key: its actions are the methods, in their order.
 * Spans that it ends are given when all its actions are done, so that `close`
 * need not be the last.
 */
export class Work {
  readonly scope: Scope;
  readonly seconds: number;
  isDone = false;
  nextState: number;
  readonly #key: LiveKey;
  readonly #machine: string;
  readonly #service: string;
  /** Undefined for a timeout or the end: no line says it. */
  readonly #entry: LogEntry | undefined;
  readonly #output: Output;
  /** What is said now is said of this. */
  #current: SpanDraft | undefined;
  #opened = false;
  readonly #ended: (() => void)[] = [];
  readonly #endedDrafts: SpanDraft[] = [];

  constructor(of: {
    key: LiveKey;
    machine: string;
    service: string;
    captures: Captures;
    /** Of a line, else of the timeout or the end. */
    seconds: number;
    entry: LogEntry | undefined;
    output: Output;
  }) {
    const { key, captures } = of;
    this.scope = { line: key.line, captures, counters: key.counters, key: key.text };
    this.seconds = of.seconds;
    this.nextState = key.state;
    this.#key = key;
    this.#machine = of.machine;
    this.#service = of.service;
    this.#entry = of.entry;
    this.#output = of.output;
    this.#current = key.open.at(-1)?.draft;
  }

  open(name: string, spanKind: SpanKindName, label: string): void {
    const { open } = this.#key;
    if (open.length === MAX_OPEN) this.#giveInnermost(this.#key.lastSeconds, 'evicted');
    const draft = this.#draft(name, spanKind);
    const startSeconds = this.seconds;
    const parentId = open.at(-1)?.id;
    open.push({ draft, id: this.#output.nextId(), parentId, label, startSeconds });
    this.#opened = true;
  }

  close(label: string): void {
    const { open } = this.#key;
    const at = label === '' ? open.length - 1 : open.findLastIndex((span) => span.label === label);
    if (at === -1) {
      this.#output.unopened();
      return;
    }
    while (open.length > at + 1) this.#giveInnermost(this.seconds, 'parent-closed');
    this.#giveInnermost(this.seconds);
  }

  span(name: string, spanKind: SpanKindName, { from, to, lasting }: TimesTold): void {
    const end = to ?? (from !== undefined && lasting !== undefined ? from + lasting : this.seconds);
    const start = from ?? end - (lasting ?? 0);
    const draft = this.#draft(name, spanKind);
    this.#give(
      {
        draft,
        id: this.#output.nextId(),
        parentId: this.#key.open.at(-1)?.id,
        label: '',
        startSeconds: start,
      },
      end,
    );
  }

  boundary(
    kind: 'start' | 'end',
    of: { pair: string; match: string; name: string; spanKind: SpanKindName; optional: boolean },
    { from, to, lasting }: TimesTold,
  ): void {
    const { pair, match, name, spanKind, optional } = of;
    const draft = this.#draft(name, spanKind);
    const seconds = (kind === 'start' ? from : to) ?? this.seconds;
    const duration = lasting ?? (kind === 'end' && from !== undefined ? seconds - from : undefined);
    this.#end(draft, () =>
      this.#output.emit({
        kind,
        pair,
        match,
        ...draft.facts(),
        seconds,
        ...(duration !== undefined && { durationSeconds: duration }),
        optional,
      }),
    );
  }

  set(name: string, value: Value): void {
    if (value !== undefined && this.#current) this.#current.attributes[name] = value;
  }

  join(name: string, value: Value): void {
    if (value !== undefined) this.#current?.addJoin(name, textOf(value));
  }

  event(name: string): void {
    if (this.#entry === undefined) return;
    this.#current?.addEvent({
      seconds: this.seconds,
      name,
      attributes: {},
      entry: this.#entry,
    });
  }

  identify(which: 'traceId' | 'spanId' | 'parentSpanId', value: Value): void {
    const text = textOf(value);
    if (text !== '' && this.#current) this.#current[which] = text;
  }

  status(code: 'ok' | 'error', message: string): void {
    if (this.#current) this.#current.status = { code, ...(message !== '' && { message }) };
  }

  /** After OpenTelemetry's conventions: a server's error is 5xx, a client's 4xx too. */
  http(status: number): void {
    this.set('http.response.status_code', status);
    const isError = status >= (this.#current?.spanKind === 'client' ? 400 : 500);
    if (isError) this.status('error', '');
  }

  row(row: string, values: Record<string, JsonValue>): void {
    const { seconds } = this;
    this.#ended.push(() => this.#output.emit({ kind: 'row', row, values, seconds }));
  }

  /** Sets a counter to what `fold` makes of it and a value; nothing without a value. */
  count(counter: string, value: Value, fold: (before: Value, value: JsonValue) => JsonValue): void {
    const { counters } = this.#key;
    if (value !== undefined) counters.set(counter, fold(counters.get(counter), value));
  }

  /** All actions are done: gives what they ended, and puts the line where it belongs. */
  finish(): void {
    const entry = this.#entry;
    if (entry !== undefined) {
      for (const draft of this.#endedDrafts) draft.addLine(entry);
      const innermost = this.#key.open.at(-1)?.draft;
      if (this.#opened || this.#endedDrafts.length === 0) innermost?.addLine(entry);
    }
    for (const give of this.#ended) give();
  }

  /** Gives all that is open as incomplete, from the innermost. */
  abandon(why: Incomplete): void {
    while (this.#key.open.length > 0) this.#giveInnermost(this.#key.lastSeconds, why);
  }

  #draft(name: string, spanKind: SpanKindName): SpanDraft {
    this.#current = new SpanDraft({
      machine: this.#machine,
      service: this.#service,
      name,
      spanKind,
    });
    return this.#current;
  }

  #giveInnermost(endSeconds: number, incomplete?: Incomplete): void {
    const span = this.#key.open.pop();
    if (span === undefined) return;
    this.#current = span.draft;
    this.#give(span, endSeconds, incomplete);
  }

  #give(span: OpenSpan, endSeconds: number, incomplete?: Incomplete): void {
    const { draft, id, parentId, startSeconds } = span;
    const key = this.#key.text;
    const give = (): void =>
      this.#output.emit({
        kind: 'span',
        id,
        ...(parentId !== undefined && { parentId }),
        key,
        ...draft.facts(),
        startSeconds,
        endSeconds: Math.max(startSeconds, endSeconds),
        ...(incomplete !== undefined && { incomplete }),
        droppedLines: draft.droppedLines,
      });
    if (incomplete === undefined) this.#end(draft, give);
    else this.#ended.push(give);
  }

  #end(draft: SpanDraft, give: () => void): void {
    this.#endedDrafts.push(draft);
    this.#ended.push(give);
  }
}
