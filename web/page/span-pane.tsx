import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { StoredLine } from '../../export/trace-reader.ts';
import { SPAN_KIND, type Span } from '../../spans/span.ts';
import type { SpanDetail } from '../trace-api.ts';
import { formatClock, formatNanos } from './format.ts';
import { incidentHref } from './incident-href.ts';
import { logsHref } from './logs-href.ts';
import { usePolled } from './polled.ts';
import { follow } from './router.ts';
import { Pairs, Part, SidePane } from './side-pane.tsx';
import type { SpanRow, SpanTree } from './span-tree.ts';

interface SpanPaneProps {
  readonly traceId: string;
  readonly row: SpanRow;
  readonly tree: SpanTree;
  /** How much of the span decides the trace's duration; undefined where nobody asks. */
  readonly criticalNanos: number | undefined;
  readonly chosenLine: string;
  readonly colour: string;
  readonly onLine: (key: string) => void;
  readonly onClose: () => void;
}

/** All there is to know of one span, down to the exact lines that say so. */
export function SpanPane(props: SpanPaneProps): JSX.Element {
  const { traceId, row, tree, criticalNanos, chosenLine, colour, onLine, onClose } = props;
  const { span, service, failed, remarks, doubt } = row;
  const address = `/api/one-log/traces/${traceId}/spans/${span.spanId}`;
  const { data, error } = usePolled<SpanDetail>(address, 0);
  const kind = Object.entries(SPAN_KIND).find(([, number]) => number === span.kind)?.[0];
  return (
    <SidePane
      label={`Span ${span.name}`}
      title={
        <>
          <span class="dim">{service}</span> {span.name}
        </>
      }
      colour={colour}
      onClose={onClose}
    >
      <p class="facts">
        {kind !== undefined && <span>{kind}</span>}
        <span>at {formatNanos(row.startNanos)}</span>
        <span>for {formatNanos(row.durationNanos)}</span>
        {criticalNanos !== undefined && criticalNanos > 0 && (
          <span>{formatNanos(criticalNanos)} on the critical path</span>
        )}
        <code class="dim">{span.spanId}</code>
      </p>
      {failed && <p class="notice bad">Error{span.status.message && `: ${span.status.message}`}</p>}
      {remarks.map((remark, index) => (
        <p key={remark} class="notice odd">
          {index === 0 && doubt !== 'odd' && <strong>{doubt}: </strong>}
          {remark}
        </p>
      ))}
      {error !== undefined && (
        <p class="notice bad" role="alert">
          {error}
        </p>
      )}
      {data !== undefined && (
        <Details
          detail={data}
          startTimeUnixNano={tree.startTimeUnixNano}
          chosenLine={chosenLine}
          onLine={onLine}
        />
      )}
    </SidePane>
  );
}

interface DetailsProps extends Pick<SpanPaneProps, 'chosenLine' | 'onLine'> {
  readonly detail: SpanDetail;
  readonly startTimeUnixNano: string;
}

function Details({ detail, startTimeUnixNano, chosenLine, onLine }: DetailsProps): JSX.Element {
  const { span, lines } = detail;
  const incident = span.attributes['one_log.incident.id'];
  const offset = (unixNano: string): string =>
    formatNanos(Number(BigInt(unixNano) - BigInt(startTimeUnixNano)));
  return (
    <>
      {typeof incident === 'string' && (
        <p>
          <a href={incidentHref(incident)} onClick={follow}>
            The incident, with what else it touched
          </a>
        </p>
      )}
      <Part title="Attributes" count={Object.keys(span.attributes).length}>
        <Pairs of={span.attributes} />
      </Part>
      <Part title="Log lines it was rebuilt from" count={lines.length}>
        {lines.map((line) => (
          <ExactLine
            key={line.key}
            line={line}
            chosen={line.key === chosenLine}
            onChoose={() => onLine(line.key)}
          />
        ))}
      </Part>
      <Part title="Events" count={span.events.length}>
        {span.events.map((event, index) => (
          <div class="event" key={index}>
            <span class="dim number">{offset(event.timeUnixNano)}</span> {event.name}
            <Pairs of={event.attributes} />
          </div>
        ))}
      </Part>
      <Links of={span} />
      <Part title="Resource" count={Object.keys(span.resource).length}>
        <Pairs of={span.resource} />
      </Part>
    </>
  );
}

function Links({ of: { links } }: { readonly of: Span }): JSX.Element {
  return (
    <Part title="Links" count={links.length}>
      {links.map(({ traceId, spanId, attributes }) => (
        <p key={traceId + spanId}>
          <a href={`/trace/${traceId}?span=${spanId}`} onClick={follow}>
            {spanId}
          </a>
          <Pairs of={attributes} />
        </p>
      ))}
    </Part>
  );
}

interface ExactLineProps {
  readonly line: StoredLine;
  readonly chosen: boolean;
  readonly onChoose: () => void;
}

function ExactLine({ line, chosen, onChoose }: ExactLineProps): JSX.Element {
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    if (chosen) box.current?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  const href = logsHref(line.key);
  return (
    <figure class={chosen ? 'exact chosen' : 'exact'} ref={box}>
      <figcaption class="dim">
        <span class="number">{formatClock(line.ts * 1e6)}</span>{' '}
        <button type="button" class="plain" title="show it among the lines" onClick={onChoose}>
          {line.key}
        </button>
        {href !== undefined && (
          <a href={href} title="in the log, among its neighbours" onClick={follow}>
            log
          </a>
        )}
      </figcaption>
      <pre>{line.text}</pre>
    </figure>
  );
}
