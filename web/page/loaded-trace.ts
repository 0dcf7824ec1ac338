import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Span } from '../../spans/span.ts';
import type { Refusal } from '../page-api.ts';
import type { TraceOutline } from '../trace-api.ts';
import { outlinedSpans } from './outlined-spans.ts';
import { usePolled } from './polled.ts';
import { spanTree, type SpanTree } from './span-tree.ts';

/** A trace as far as it is here. */
export interface LoadedTrace {
  /** Undefined until it is, and where it cannot be had. */
  readonly outline: TraceOutline | undefined;
  /** None, and an empty tree, until then. */
  readonly spans: readonly Span[];
  readonly tree: SpanTree;
  readonly error: string | undefined;
  readonly refusal: Refusal | undefined;
}

const REFRESH_MILLIS = 2_000;
/** A trace still grows for a while after its first spans are there. */
const GROWING_MILLIS = 20_000;
/** Not asked for again and again. */
const LARGE_SPANS = 2_000;

/** Loads a trace, and again while it may still grow. */
export function useTrace(traceId: string): LoadedTrace {
  const address = `/api/one-log/traces/${encodeURIComponent(traceId)}`;
  const [growing, setGrowing] = useState(true);
  const { data, error, refusal } = usePolled<TraceOutline>(address, growing ? REFRESH_MILLIS : 0);
  const isLarge = data !== undefined && data.spans.length > LARGE_SPANS;
  useEffect(() => {
    const timer = window.setTimeout(() => setGrowing(false), isLarge ? 0 : GROWING_MILLIS);
    return () => window.clearTimeout(timer);
  }, [isLarge]);
  const spans = useMemo(() => (data === undefined ? [] : outlinedSpans(data)), [data]);
  const tree = useMemo(() => spanTree(spans), [spans]);
  return { outline: data, spans, tree, error, refusal };
}
