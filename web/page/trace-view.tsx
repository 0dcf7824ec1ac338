import type { JSX } from 'preact';
import { useEffect, useErrorBoundary, useMemo, useState } from 'preact/hooks';
import type { Span } from '../../spans/span.ts';
import type { TraceOutline } from '../trace-api.ts';
import { criticalStretches, type CriticalSpan } from './critical-stretches.ts';
import { EventPane } from './event-pane.tsx';
import { FlameView } from './flame-view.tsx';
import { useKeys } from './keys.ts';
import { useEvents } from './events.ts';
import { useTrace } from './loaded-trace.ts';
import { LogPane } from './log-pane.tsx';
import { follow, goBack, navigate, withParams, type Place } from './router.ts';
import { serviceColours } from './service-colours.ts';
import { SpanPane } from './span-pane.tsx';
import type { SpanTree } from './span-tree.ts';
import { SystemLane } from './system-lane.tsx';
import { MissingTrace } from './trace-missing.tsx';
import { TraceHead } from './trace-head.tsx';
import { Waterfall } from './waterfall.tsx';

interface TraceViewProps {
  readonly traceId: string;
  readonly place: Place;
}

/**
 * One trace. Its address says what is chosen: a span (`?span=`), a log line
 * (`?line=`), a system event (`?event=`), the flame graph instead of the
 * waterfall (`?tab=flame`), and whether the critical path is hidden (`?critical=off`).
 */
export function TraceView({ traceId, place }: TraceViewProps): JSX.Element {
  const { outline, spans, tree, error, refusal } = useTrace(traceId);
  useEffect(() => {
    document.title = `${tree.rows[0]?.span.name ?? 'Trace'} – One Log`;
  }, [tree]);
  const [failure] = useErrorBoundary();
  if (failure !== undefined) return <Undrawable reason={failure} />;
  if (outline === undefined) return <MissingTrace error={error} nearest={refusal?.nearest ?? []} />;
  return <OneTrace outline={outline} spans={spans} tree={tree} place={place} />;
}

interface OneTraceProps {
  readonly outline: TraceOutline;
  readonly spans: readonly Span[];
  readonly tree: SpanTree;
  readonly place: Place;
}

function OneTrace({ outline, spans, tree, place }: OneTraceProps): JSX.Element {
  const { traceId } = outline;
  const spansOfLine = useMemo(() => spanIdsByLine(outline), [outline]);
  const colourOf = useMemo(() => serviceColours(outline.services), [outline]);
  const events = useEvents(tree);

  const param = (name: string): string => place.params.get(name) ?? '';
  const set = (changes: Record<string, string>): void =>
    navigate(withParams(place, changes), { replace: true });
  const choose = ({ span = '', line = '', event = '' }): void => set({ span, line, event });
  const [spanId, line, eventId] = [param('span'), param('line'), param('event')];
  const isFlame = param('tab') === 'flame';
  const showsCritical = param('critical') !== 'off';
  const toggles = {
    flame: () => set({ tab: isFlame ? '' : 'flame' }),
    critical: () => set({ critical: showsCritical ? 'off' : '' }),
  };
  const critical = useMemo(
    () => (showsCritical ? criticalStretches(spans, tree) : NO_PATH),
    [spans, tree, showsCritical],
  );
  const isChosen = spanId !== '' || eventId !== '';
  useKeys({
    Escape: () => (isChosen ? choose({}) : goBack()),
    c: toggles.critical,
    f: toggles.flame,
  });

  const row = tree.rows.find(({ span }) => span.spanId === spanId);
  const event = events.find(({ id }) => id === eventId);
  const placesOfSpan = useMemo(
    () => new Set(outline.spans.find((span) => span.spanId === spanId)?.lines),
    [outline, spanId],
  );
  const [found, setFound] = useState<{ readonly key: string; readonly place: number }>();
  const owners = found?.key === line ? (spansOfLine.get(found.place) ?? []) : [];
  const [owner] = owners;
  // An address may name a line alone: its span opens with it.
  useEffect(() => {
    if (spanId === '' && owner !== undefined) choose({ span: owner, line });
  }, [spanId, owner, line]);
  return (
    <article class={row === undefined && event === undefined ? 'one-trace' : 'one-trace chosen'}>
      <TraceHead
        outline={outline}
        tree={tree}
        isFlame={isFlame}
        showsCritical={showsCritical}
        onFlame={toggles.flame}
        onCritical={toggles.critical}
      />
      <div class="column">
        {isFlame ? (
          <FlameView
            spans={spans}
            colourOf={colourOf}
            isCritical={param('weight') === 'critical'}
            onCritical={(on) => set({ weight: on ? 'critical' : '' })}
          />
        ) : (
          <Waterfall
            tree={tree}
            colourOf={colourOf}
            critical={critical}
            chosen={spanId}
            marked={new Set(owners)}
            onChoose={(span) => choose({ span })}
          >
            <SystemLane
              tree={tree}
              events={events}
              chosen={eventId === '' ? spanId : eventId}
              onChoose={({ kind, id }) => choose({ [kind]: id })}
            />
          </Waterfall>
        )}
        <LogPane
          traceId={traceId}
          lineCount={outline.lineCount}
          startTimeUnixNano={tree.startTimeUnixNano}
          colourOf={colourOf}
          chosen={line}
          marked={placesOfSpan}
          onFound={setFound}
          onChoose={({ key, place }) =>
            choose({ span: spansOfLine.get(place)?.[0] ?? '', line: key })
          }
        />
      </div>
      {row !== undefined && (
        <SpanPane
          traceId={traceId}
          row={row}
          tree={tree}
          criticalNanos={critical.get(row.span.spanId)?.nanos}
          chosenLine={line}
          colour={colourOf(row.service)}
          onLine={(key) => set({ line: key })}
          onClose={() => choose({})}
        />
      )}
      {event !== undefined && (
        <EventPane
          event={event}
          startTimeUnixNano={tree.startTimeUnixNano}
          onClose={() => choose({})}
        />
      )}
    </article>
  );
}

/** Rather than an empty page, whatever the trace has in it. */
function Undrawable({ reason }: { readonly reason: unknown }): JSX.Element {
  return (
    <section class="notice bad" role="alert">
      <p>
        This trace could not be drawn: {reason instanceof Error ? reason.message : String(reason)}
      </p>
      <p>
        <a href="/" onClick={follow}>
          All traces
        </a>
      </p>
    </section>
  );
}

const NO_PATH: ReadonlyMap<string, CriticalSpan> = new Map();

/** A line may be in several spans. */
function spanIdsByLine({ spans }: TraceOutline): ReadonlyMap<number, readonly string[]> {
  const byLine = new Map<number, string[]>();
  for (const { spanId, lines } of spans) {
    for (const place of lines) {
      const known = byLine.get(place);
      if (known === undefined) byLine.set(place, [spanId]);
      else known.push(spanId);
    }
  }
  return byLine;
}
