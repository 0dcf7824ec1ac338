import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { LogLine } from '../logs-api.ts';
import { formatClock, formatDate } from './format.ts';
import { follow } from './router.ts';

interface LogRowProps {
  readonly line: LogLine;
  readonly colour: string;
  readonly active: boolean;
  readonly chosen: boolean;
  /** Always the same function. */
  readonly onChoose: (line: LogLine) => void;
}

/** A line in a list: when, who, how grave, what; and a link to its trace. */
export function LogRow({ line, colour, active, chosen, onChoose }: LogRowProps): JSX.Element {
  // While the list scrolls, rows stay as they are.
  return useMemo(
    () => drawn({ line, colour, active, chosen, onChoose }),
    [line, colour, active, chosen, onChoose],
  );
}

function drawn({ line, colour, active, chosen, onChoose }: LogRowProps): JSX.Element {
  const { ts, node, level = 0, traceId, message, rest } = line;
  const grave = level >= 50 ? 'bad' : level >= 40 ? 'odd' : '';
  return (
    <div
      role="listitem"
      class={`log-row${active ? ' active' : ''}${chosen ? ' chosen' : ''}`}
      aria-current={active ? 'true' : undefined}
      onClick={() => onChoose(line)}
    >
      <time title={ts === undefined ? undefined : formatDate(ts * 1e6)}>
        {ts === undefined ? '' : formatClock(ts * 1e6)}
      </time>
      <span class="node" title={node}>
        <i class="swatch" style={{ background: colour }} />
        {node}
      </span>
      <span class={`grave ${grave}`}>{grave === '' ? '' : levelName(level)}</span>
      <span class={`message ${grave}`}>
        {message} <span class="dim">{rest}</span>
      </span>
      {traceId !== undefined && (
        <a
          href={traceHref(line)}
          class="to-trace"
          tabIndex={-1}
          title={`trace ${traceId}`}
          onClick={(event) => {
            event.stopPropagation();
            follow(event);
          }}
        >
          trace
        </a>
      )}
    </div>
  );
}

/** The line's place in its trace; to be asked for only where it has one. */
export function traceHref({ traceId = '', spanId, instance, seq }: LogLine): string {
  const params = new URLSearchParams({
    ...(spanId !== undefined && { span: spanId }),
    ...(instance !== undefined && { line: `${instance}#${seq}` }),
  });
  return `/trace/${traceId}?${params}`;
}

/** Of pino's numbers: the name at or below. */
export const levelName = (level: number): string =>
  LEVEL_NAMES[Math.min(6, Math.max(1, Math.floor(level / 10))) - 1] ?? '';

const LEVEL_NAMES = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];
