import { SPAN_KIND } from '../spans/span.ts';
import { isCall, type SeenSpan } from './seen-span.ts';

/** A span with what only its trace tells of it. */
export interface Observation {
  readonly span: SeenSpan;
  /** Of the trace's root, as far as it is known. */
  readonly root: SeenSpan;
  /** Service and operation: what a past is kept of. */
  readonly key: string;
  /** Microseconds that no child of it explains. */
  readonly selfMicros: number;
  /** It failed, and nothing below it did: the trouble starts here. */
  readonly isFailureOrigin: boolean;
  /** Who answered the call, if that is known: the service of a child on the other side. */
  readonly answeredBy: string | undefined;
}

/**
 * What each span of a trace shows.
 *
 * Self time is a span's duration without the union of its children's, each as
 * far as it lies within the span, as Jaeger and CRISP (ATC 2022) have it: a
 * caller that waits is not slow itself. A failure starts where no span below
 * failed. A span whose parent is not known counts as a root.
 */
export function observe(spans: readonly SeenSpan[]): Observation[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const children = Map.groupBy(spans, ({ parentSpanId, spanId }) =>
    parentSpanId !== undefined && parentSpanId !== spanId && byId.has(parentSpanId)
      ? parentSpanId
      : undefined,
  );
  const roots = (children.get(undefined) ?? []).toSorted((a, b) => a.startMicros - b.startMicros);
  const failing = spansAboveFailures(spans, byId);
  const [root = spans[0] as SeenSpan] = roots;
  return spans.map((span) => {
    const below = children.get(span.spanId) ?? [];
    return {
      span,
      root,
      key: `${span.service}\u0000${span.operation}\u0000${span.kind}`,
      selfMicros: selfTime(span, below),
      isFailureOrigin: isTroubled(span) && !failing.has(span.spanId),
      answeredBy: isCall(span.kind)
        ? below.find(({ kind }) => kind === SPAN_KIND.server || kind === SPAN_KIND.consumer)
            ?.service
        : undefined,
    };
  });
}

/** It failed, or its process ended in the midst of it. */
const isTroubled = ({ failure, withoutEnd }: SeenSpan): boolean =>
  failure !== undefined || withoutEnd === 'exit' || withoutEnd === 'silent';

/** Ids of the spans that have a troubled one below them. */
function spansAboveFailures(
  spans: readonly SeenSpan[],
  byId: ReadonlyMap<string, SeenSpan>,
): Set<string> {
  const above = new Set<string>();
  for (const span of spans) {
    if (!isTroubled(span)) continue;
    // A foreign log's spans may be their own ancestors; none is above itself.
    let id = span.parentSpanId;
    while (id !== undefined && id !== span.spanId && !above.has(id)) {
      above.add(id);
      id = byId.get(id)?.parentSpanId;
    }
  }
  return above;
}

function selfTime({ startMicros, endMicros }: SeenSpan, children: readonly SeenSpan[]): number {
  let self = endMicros - startMicros;
  let covered = startMicros;
  const inOrder =
    children.length < 2 ? children : children.toSorted((a, b) => a.startMicros - b.startMicros);
  for (const child of inOrder) {
    const from = Math.max(child.startMicros, covered);
    const to = Math.min(child.endMicros, endMicros);
    if (to <= from) continue;
    self -= to - from;
    covered = to;
  }
  return self;
}
