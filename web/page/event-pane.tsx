import type { JSX } from 'preact';
import type { ReportedEvent } from '../../incident/report.ts';
import { formatDate, formatNanos } from './format.ts';
import { logsHref } from './logs-href.ts';
import { Pairs, Part, SidePane } from './side-pane.tsx';
import { follow } from './router.ts';

interface EventPaneProps {
  readonly event: ReportedEvent;
  /** Of the trace. */
  readonly startTimeUnixNano: string;
  readonly onClose: () => void;
}

/** All there is to know of one system event, down to the lines it was seen in. */
export function EventPane({ event, startTimeUnixNano, onClose }: EventPaneProps): JSX.Element {
  const start = BigInt(event.startTimeUnixNano);
  const nanos = (to: bigint): number => Number(to - start);
  return (
    <SidePane
      label={`System event ${event.kind}`}
      title={
        <>
          <span class="dim">{event.source}</span> {event.kind}
        </>
      }
      onClose={onClose}
    >
      <p class="facts">
        <span>at {formatNanos(-nanos(BigInt(startTimeUnixNano)))}</span>
        <span>for {formatNanos(nanos(BigInt(event.endTimeUnixNano)))}</span>
        <span>{formatDate(Number(start / 1000n))}</span>
      </p>
      <p class="notice">{event.summary}</p>
      <Part title="About" count={Object.keys(event.about).length}>
        <Pairs of={{ ...event.about }} />
      </Part>
      <Part title="Log lines" count={event.lines.length}>
        {event.lines.map((line) => {
          const key = 'file' in line ? `${line.file}:${line.line}` : `${line.instance}#${line.seq}`;
          const href = logsHref(key);
          return (
            <p key={key} class="exact">
              {href === undefined ? (
                key
              ) : (
                <a href={href} onClick={follow}>
                  {key}
                </a>
              )}
            </p>
          );
        })}
      </Part>
      <p class="facts">
        <span title="how far from usual it was">magnitude {event.magnitude}</span>
      </p>
    </SidePane>
  );
}
