import type { JSX } from 'preact';
import type { ReportedLine } from '../../incident/report.ts';
import { logsHref } from './logs-href.ts';
import { follow } from './router.ts';

/** The first few of the traces that a claim is about, and how many more there are. */
export function Traces({
  count,
  ids,
}: {
  readonly count: number;
  readonly ids: readonly string[];
}): JSX.Element | null {
  if (ids.length === 0) return null;
  return (
    <p class="examples">
      <span class="dim">Traces</span>
      {ids.map((traceId) => (
        <a key={traceId} href={`/trace/${traceId}`} onClick={follow}>
          {traceId.slice(0, 8)}
        </a>
      ))}
      {count > ids.length && (
        <span class="dim">and {(count - ids.length).toLocaleString('en')} more</span>
      )}
    </p>
  );
}

const SHOWN_LINES = 3;

/** Links into the log; a raw file's lines are named. */
export function Lines({ lines }: { readonly lines: readonly ReportedLine[] }): JSX.Element {
  return (
    <span class="line-links">
      {lines.slice(0, SHOWN_LINES).map((line, index) =>
        'file' in line ? (
          <code key={`${line.file}:${line.line}`}>{`${line.file}:${line.line}`}</code>
        ) : (
          <a
            key={`${line.instance}#${line.seq}`}
            href={logsHref(`${line.instance}#${line.seq}`) ?? '/logs'}
            title={`${line.instance}#${line.seq}`}
            onClick={follow}
          >
            {index === 0 ? 'line' : index + 1}
          </a>
        ),
      )}
      {lines.length > SHOWN_LINES && <span class="dim">of {lines.length}</span>}
    </span>
  );
}
