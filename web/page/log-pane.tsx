import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { StoredLine } from '../../export/trace-queries.ts';
import { counted, formatNanos } from './format.ts';
import { lineSummary } from './line-summary.ts';
import type { ServiceColour } from './service-colours.ts';
import { VirtualRows } from './virtual-rows.tsx';

interface LogPaneProps {
  readonly lines: readonly StoredLine[];
  readonly startTimeUnixNano: string;
  readonly colourOf: ServiceColour;
  /** The key of the line chosen, or ''. */
  readonly chosen: string;
  /** Keys of the lines of the chosen span. */
  readonly marked: ReadonlySet<string>;
  readonly onChoose: (key: string) => void;
}

const ROW_HEIGHT = 24;

/** All log lines of the trace in the order they were read; choosing one shows its span. */
export function LogPane(props: LogPaneProps): JSX.Element {
  const { lines, startTimeUnixNano, colourOf, chosen, marked, onChoose } = props;
  const startSeconds = Number(BigInt(startTimeUnixNano) / 1000n) / 1e6;
  const at = useMemo(() => lines.findIndex(({ key }) => key === chosen), [lines, chosen]);
  const firstMarked = useMemo(() => lines.findIndex(({ key }) => marked.has(key)), [lines, marked]);
  return (
    <section class="log-pane" aria-label="Log lines">
      <h2>
        Log lines{' '}
        <span class="dim">{counted(lines.length, 'line')}, in the order they were read</span>
      </h2>
      <VirtualRows
        class="lines"
        count={lines.length}
        rowHeight={ROW_HEIGHT}
        active={at < 0 ? firstMarked : at}
        row={(index) => {
          const line = lines[index];
          if (line === undefined) return <></>;
          const { level, message, rest } = lineSummary(line.text);
          const states = [
            'line',
            ...(line.key === chosen ? ['chosen'] : []),
            ...(marked.has(line.key) ? ['marked'] : []),
          ];
          return (
            <button
              type="button"
              key={line.key}
              class={states.join(' ')}
              title={line.key}
              onClick={() => onChoose(line.key)}
            >
              <span class="number dim">{formatNanos((line.ts - startSeconds) * 1e9)}</span>
              <span class="node">
                <i class="swatch" style={{ background: colourOf(line.node) }} />
                {line.node}
              </span>
              <span class={`message ${level}`}>
                {message} <span class="dim">{rest}</span>
              </span>
            </button>
          );
        }}
      />
    </section>
  );
}
