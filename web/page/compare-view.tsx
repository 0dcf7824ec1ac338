import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { callTree } from '../../spans/flame/call-tree.ts';
import { diffCallTrees } from '../../spans/flame/diff.ts';
import { compareRows } from './compare-rows.ts';
import { CompareSide } from './compare-side.tsx';
import { CompareTable } from './compare-table.tsx';
import { formatNanos } from './format.ts';
import { useKeys } from './keys.ts';
import { goBack, navigate, withParams, type Place } from './router.ts';
import { servicesWork } from '../../spans/services-work.ts';
import { serviceColours } from './service-colours.ts';
import { useTrace } from './loaded-trace.ts';

/**
 * Two traces, `?a=` and `?b=`, on one scale of time, and by call path what each
 * takes; with `?order=change` what changed most comes first.
 */
export function CompareView({ place }: { readonly place: Place }): JSX.Element {
  const [a, b] = [place.params.get('a') ?? '', place.params.get('b') ?? ''];
  const byChange = place.params.get('order') === 'change';
  const left = useTrace(a);
  const right = useTrace(b);
  const rows = useMemo(
    () =>
      compareRows(
        diffCallTrees(callTree([servicesWork(left.spans)]), callTree([servicesWork(right.spans)])),
        byChange,
      ),
    [left.spans, right.spans, byChange],
  );
  const services = (left.outline ?? right.outline)?.services;
  const colourOf = useMemo(() => serviceColours(services ?? []), [services]);
  const set = (changes: Record<string, string>): void =>
    navigate(withParams(place, changes), { replace: true });
  const swap = (): void => set({ a: b, b: a });
  useKeys({ s: swap, o: () => set({ order: byChange ? '' : 'change' }), Escape: goBack });
  useEffect(() => {
    document.title = 'Two traces – One Log';
  }, []);
  const scale = {
    nanos: Math.max(left.tree.durationNanos, right.tree.durationNanos),
    rows: Math.max(left.tree.rows.length, right.tree.rows.length),
  };
  return (
    <article class="two-traces">
      <header class="trace-head">
        <h1>Two traces side by side</h1>
        <div class="toolbar">
          <button type="button" class="toggle" title="s" onClick={swap}>
            Swap
          </button>
          <button
            type="button"
            class="toggle"
            title="o"
            aria-pressed={byChange}
            onClick={() => set({ order: byChange ? '' : 'change' })}
          >
            What changed most first
          </button>
        </div>
      </header>
      <CompareSide name="A" trace={left} {...scale} colourOf={colourOf} />
      <CompareSide name="B" trace={right} {...scale} colourOf={colourOf} />
      {left.outline !== undefined && right.outline !== undefined && (
        <>
          <p class="count" role="status">
            {difference(right.tree.durationNanos - left.tree.durationNanos)}
          </p>
          <CompareTable rows={rows} isFlat={byChange} colourOf={colourOf} />
        </>
      )}
    </article>
  );
}

function difference(nanos: number): string {
  if (nanos === 0) return 'B takes as long as A';
  return `B takes ${formatNanos(Math.abs(nanos))} ${nanos > 0 ? 'longer' : 'less'} than A`;
}
