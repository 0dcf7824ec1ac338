import type { Span } from '../../spans/span.ts';
import { serviceName } from '../../spans/service-name.ts';
import type { SpanSink } from '../span-sinks.ts';
import { parsedSpans } from '../span-sinks.ts';
import type { Traces } from './trace-choice.ts';

/** About a gigabyte of either. */
const MAX_SPANS = { whole: 300_000, slim: 1_500_000 } as const;

/**
 * Keeps the spans it gets, by trace. What only a timeline shows (attributes,
 * events, lines) is left out unless asked for. It is bounded: spans beyond are
 * counted, not kept.
 */
export class TraceCollector implements SpanSink {
  readonly #traces = new Map<string, Span[]>();
  readonly #resources = new Map<string, Span['resource']>();
  readonly #isWhole: boolean;
  #spans = 0;
  #left = 0;

  constructor(keeps: 'whole' | 'slim') {
    this.#isWhole = keeps === 'whole';
  }

  get traces(): Traces {
    return this.#traces;
  }

  /** Spans that there was no room for. */
  get left(): number {
    return this.#left;
  }

  async takeLines(ndjson: Uint8Array): Promise<void> {
    this.add(parsedSpans(ndjson));
  }

  async take(spans: readonly Span[]): Promise<void> {
    this.add(spans);
  }

  async end(): Promise<void> {}

  add(spans: Iterable<Span>): void {
    for (const span of spans) {
      if (this.#spans >= MAX_SPANS[this.#isWhole ? 'whole' : 'slim']) {
        this.#left += 1;
        continue;
      }
      this.#spans += 1;
      const kept = this.#isWhole ? span : this.#slim(span);
      const known = this.#traces.get(span.traceId);
      if (known === undefined) this.#traces.set(span.traceId, [kept]);
      else known.push(kept);
    }
  }

  #slim(span: Span): Span {
    const name = serviceName(span);
    const resource = this.#resources.get(name) ?? { 'service.name': name };
    this.#resources.set(name, resource);
    return { ...span, attributes: NOTHING, events: NONE, links: NONE, lines: NONE, resource };
  }
}

const NOTHING = {};
const NONE: readonly never[] = [];
