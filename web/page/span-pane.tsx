import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { StoredLine } from '../../export/trace-queries.ts';
import type { JsonObject } from '../../log/entry.ts';
import { SPAN_KIND } from '../../spans/span.ts';
import { formatClock, formatNanos } from './format.ts';
import type { SpanRow, SpanTree } from './span-tree.ts';

interface SpanPaneProps {
  readonly row: SpanRow;
  readonly tree: SpanTree;
  /** The log lines this span was rebuilt from. */
  readonly lines: readonly StoredLine[];
  readonly chosenLine: string;
  readonly colour: string;
  readonly onClose: () => void;
}

/** All there is to know of one span, down to the exact lines that say so. */
export function SpanPane(props: SpanPaneProps): JSX.Element {
  const { row, tree, lines, chosenLine, colour, onClose } = props;
  const { span, service, failed, remarks } = row;
  const kind = Object.entries(SPAN_KIND).find(([, number]) => number === span.kind)?.[0];
  const offset = (unixNano: string): string =>
    formatNanos(Number(BigInt(unixNano) - BigInt(tree.startTimeUnixNano)));
  return (
    <aside class="span-pane" aria-label={`Span ${span.name}`}>
      <header>
        <i class="swatch" style={{ background: colour }} />
        <h2>
          <span class="dim">{service}</span> {span.name}
        </h2>
        <button type="button" class="close" aria-label="Close" title="Esc" onClick={onClose}>
          ×
        </button>
      </header>
      <p class="facts">
        {kind !== undefined && <span>{kind}</span>}
        <span>at {formatNanos(row.startNanos)}</span>
        <span>for {formatNanos(row.durationNanos)}</span>
        <code class="dim">{span.spanId}</code>
      </p>
      {failed && <p class="notice bad">Error{span.status.message && `: ${span.status.message}`}</p>}
      {remarks.map((remark) => (
        <p key={remark} class="notice odd">
          {remark}
        </p>
      ))}
      <Part title="Attributes" count={Object.keys(span.attributes).length}>
        <Pairs of={span.attributes} />
      </Part>
      <Part title="Log lines" count={lines.length}>
        {lines.map((line) => (
          <ExactLine key={line.key} line={line} chosen={line.key === chosenLine} />
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
      <Part title="Links" count={span.links.length}>
        {span.links.map((link) => (
          <p key={link.traceId + link.spanId}>
            <a href={`/trace/${link.traceId}?span=${link.spanId}`}>{link.spanId}</a>
            <Pairs of={link.attributes} />
          </p>
        ))}
      </Part>
      <Part title="Resource" count={Object.keys(span.resource).length}>
        <Pairs of={span.resource} />
      </Part>
    </aside>
  );
}

interface PartProps {
  readonly title: string;
  readonly count: number;
  readonly children: ComponentChildren;
}

function Part({ title, count, children }: PartProps): JSX.Element | null {
  if (count === 0) return null;
  return (
    <details open>
      <summary>
        {title} <span class="dim">{count}</span>
      </summary>
      {children}
    </details>
  );
}

function Pairs({ of }: { readonly of: JsonObject }): JSX.Element {
  return (
    <dl class="pairs">
      {Object.entries(of).map(([key, value]) => (
        <div key={key}>
          <dt>{key}</dt>
          <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

function ExactLine({
  line,
  chosen,
}: {
  readonly line: StoredLine;
  readonly chosen: boolean;
}): JSX.Element {
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    if (chosen) box.current?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  return (
    <figure class={chosen ? 'exact chosen' : 'exact'} ref={box}>
      <figcaption class="dim">
        <span class="number">{formatClock(line.ts * 1e6)}</span> {line.key}
      </figcaption>
      <pre>{line.text}</pre>
    </figure>
  );
}
