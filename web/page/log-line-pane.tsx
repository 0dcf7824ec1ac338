import type { JSX } from 'preact';
import type { LogPage } from '../logs-api.ts';
import { formatDate } from './format.ts';
import { levelName, traceHref } from './log-row.tsx';
import { usePolled } from './polled.ts';
import { follow } from './router.ts';

interface LogLinePaneProps {
  readonly line: number;
  readonly onClose: () => void;
}

/** One line to the letter, and where it leads. */
export function LogLinePane({ line: number, onClose }: LogLinePaneProps): JSX.Element {
  const { data, error } = usePolled<LogPage>(`/api/one-log/logs?from=${number}&whole=true`, 0);
  const line = data?.lines[0];
  return (
    <aside class="log-line-pane" aria-label="One line">
      <header>
        <h2>{line?.message || 'Line'}</h2>
        <button type="button" class="close" aria-label="Close" onClick={onClose}>
          ×
        </button>
      </header>
      {error !== undefined && <p class="notice bad">{error}</p>}
      {line !== undefined && (
        <>
          {line.traceId !== undefined && (
            <p>
              <a class="button" href={traceHref(line)} onClick={follow}>
                Open its trace
              </a>
            </p>
          )}
          <dl class="pairs">
            {facts(line).map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
          <h3>In parts</h3>
          <pre>{indented(line.text ?? '')}</pre>
          <h3>To the letter{line.isCut && ', its beginning: it is very long'}</h3>
          <pre>{line.text}</pre>
        </>
      )}
    </aside>
  );
}

function facts(line: LogPage['lines'][number]): (readonly [string, string])[] {
  const { ts, node, instance, seq, level, traceId, spanId } = line;
  const pairs: (readonly [string, string | undefined])[] = [
    ['read at', ts === undefined ? undefined : formatDate(ts * 1e6)],
    ['node', node],
    ['instance', instance],
    ['seq', seq?.toString()],
    ['level', level === undefined ? undefined : `${levelName(level)} (${level})`],
    ['trace', traceId],
    ['span', spanId],
    ['line of the log', (line.line + 1).toLocaleString('en')],
  ];
  return pairs.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}

/** JSON with a field a line; other text as it is. */
function indented(text: string): string {
  try {
    const { log } = JSON.parse(text) as { log?: unknown };
    return JSON.stringify(log, undefined, 2) ?? text;
  } catch {
    return text;
  }
}
