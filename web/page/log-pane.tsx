import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { PlacedLine } from '../../export/trace-reader.ts';
import { counted, formatNanos } from './format.ts';
import { lineSummary } from '../../log/line-summary.ts';
import { logsHref } from './logs-href.ts';
import { follow } from './router.ts';
import type { ServiceColour } from './service-colours.ts';
import { useTraceLines } from './trace-lines.ts';
import { VirtualRows } from './virtual-rows.tsx';

interface LogPaneProps {
  readonly traceId: string;
  readonly lineCount: number;
  readonly startTimeUnixNano: string;
  readonly colourOf: ServiceColour;
  /** The key of the line chosen, or ''. */
  readonly chosen: string;
  /** Places of the lines of the chosen span. */
  readonly marked: ReadonlySet<number>;
  /** Told where the line chosen is, once that is known. */
  readonly onFound: (line: { readonly key: string; readonly place: number }) => void;
  readonly onChoose: (line: PlacedLine) => void;
}

const ROW_HEIGHT = 24;

/** All log lines of the trace in the order they were read; choosing one shows its span. */
export function LogPane(props: LogPaneProps): JSX.Element {
  const { traceId, lineCount, startTimeUnixNano, colourOf, chosen, marked, onChoose } = props;
  const { at, want, soughtPlace } = useTraceLines(traceId, lineCount, chosen);
  useEffect(() => {
    if (soughtPlace >= 0) props.onFound({ key: chosen, place: soughtPlace });
  }, [chosen, soughtPlace]);
  const startSeconds = Number(BigInt(startTimeUnixNano) / 1000n) / 1e6;
  const [firstMarked = -1] = marked;
  return (
    <section class="log-pane" aria-label="Log lines">
      <h2>
        Log lines <span class="dim">{counted(lineCount, 'line')}, in the order they were read</span>
      </h2>
      <VirtualRows
        class="lines"
        count={lineCount}
        rowHeight={ROW_HEIGHT}
        active={soughtPlace < 0 ? firstMarked : soughtPlace}
        onRange={want}
        row={(place) => {
          const line = at(place);
          if (line === undefined) return <div key={place} class="line coming" />;
          return (
            <LineRow
              key={place}
              line={line}
              sinceStart={formatNanos((line.ts - startSeconds) * 1e9)}
              colour={colourOf(line.node)}
              chosen={line.key === chosen}
              marked={marked.has(place)}
              onChoose={onChoose}
            />
          );
        }}
      />
    </section>
  );
}

interface LineRowProps extends Pick<LogPaneProps, 'onChoose'> {
  readonly line: PlacedLine;
  readonly sinceStart: string;
  readonly colour: string;
  readonly chosen: boolean;
  readonly marked: boolean;
}

function LineRow(props: LineRowProps): JSX.Element {
  const { line, sinceStart, colour, chosen, marked, onChoose } = props;
  const { level, message, rest } = lineSummary(line.text);
  const href = logsHref(line.key);
  return (
    <div class={`line${chosen ? ' chosen' : ''}${marked ? ' marked' : ''}`}>
      <button
        type="button"
        class="line-text"
        title={line.key}
        aria-pressed={chosen}
        onClick={() => onChoose(line)}
      >
        <span class="number dim">{sinceStart}</span>
        <span class="node">
          <i class="swatch" style={{ background: colour }} />
          {line.node}
        </span>
        <span class={`message ${level}`}>
          {message} <span class="dim">{rest}</span>
        </span>
      </button>
      {href !== undefined && (
        <a href={href} class="to-log" title="in the log, among its neighbours" onClick={follow}>
          log
        </a>
      )}
    </div>
  );
}
