import type { ComponentChildren, JSX } from 'preact';
import type {
  Candidate,
  Failure,
  Impact,
  IncidentReport,
  ReportedEvent,
} from '../../incident/report.ts';
import { counted, formatClock, formatNanos } from './format.ts';
import { Lines, Traces } from './incident-links.tsx';
import { follow } from './router.ts';

/** What caused it, with the evidence; and what else might have. */
export function CausePart({ report }: { readonly report: IncidentReport }): JSX.Element {
  const { rootCause, candidates } = report;
  const others = candidates.filter(({ event }) => event.id !== rootCause?.event.id);
  return (
    <Part title="Root cause">
      {rootCause === null ? (
        <p>No system event beats chance.</p>
      ) : (
        <OneCandidate candidate={rootCause} />
      )}
      {others.length > 0 && (
        <details open={rootCause === null}>
          <summary>{counted(others.length, 'other event')} that may have to do with it</summary>
          <ol class="candidates" start={others[0]?.rank ?? 1}>
            {others.map((candidate) => (
              <li key={candidate.event.id}>
                <OneCandidate candidate={candidate} />
              </li>
            ))}
          </ol>
        </details>
      )}
    </Part>
  );
}

/** What failed or was slow, where the trouble starts first. */
export function FailuresPart({ failures }: { readonly failures: readonly Failure[] }): JSX.Element {
  return (
    <Part title="Critical failures">
      {failures.length === 0 && <p>None.</p>}
      <ul class="failures">
        {failures.map((failure) => (
          <li key={`${failure.kind} ${failure.service} ${failure.operation} ${failure.type}`}>
            <OneFailure failure={failure} />
          </li>
        ))}
      </ul>
    </Part>
  );
}

/** Whom it concerned. */
export function ImpactPart({ impact }: { readonly impact: Impact }): JSX.Element {
  const { traceCount, tracesInTime, userCount, users, operations, traces } = impact;
  return (
    <Part title="Impact">
      <p>
        {counted(traceCount, 'trace')} of {tracesInTime.toLocaleString('en')} from{' '}
        {formatClock(micros(impact.from))} to {formatClock(micros(impact.to))}
        {userCount > 0 && `; ${counted(userCount, 'user')}: ${users.join(', ')}`}
        {userCount > users.length && ' …'}
      </p>
      {operations.length > 0 && (
        <ul class="plain">
          {operations.map(({ service, operation, traces: count }) => (
            <li key={`${service} ${operation}`}>
              {counted(count, 'trace')} of{' '}
              <a href={`/?${new URLSearchParams({ service, operation })}`} onClick={follow}>
                {service} {operation}
              </a>
            </li>
          ))}
        </ul>
      )}
      <Traces count={traceCount} ids={traces.map(({ traceId }) => traceId)} />
    </Part>
  );
}

/** Which events meet which failing or slow traces in time, whatever the verdict is. */
export function TiesPart({
  report: { ties, counts },
}: {
  readonly report: IncidentReport;
}): JSX.Element | null {
  if (ties.length === 0) return null;
  return (
    <Part title="Events that meet the traces in time">
      <details>
        <summary>
          {counted(counts.tiedEvents, 'event')}
          {counts.tiedEvents > ties.length && `, of which these are the first ${ties.length}`}
        </summary>
        <ul class="plain">
          {ties.map(({ event, traceCount, traces, shares }) => (
            <li key={event.id}>
              <EventLine event={event} />
              {shares.length > 0 && <span class="dim"> shares {shares.join(', ')}</span>}
              <Traces count={traceCount} ids={traces.map(({ traceId }) => traceId)} />
            </li>
          ))}
        </ul>
      </details>
    </Part>
  );
}

function Part({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <section class="part" aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function OneCandidate({ candidate }: { readonly candidate: Candidate }): JSX.Element {
  const { event, lift, correctedPValue, inTimeOrder, shares, evidence, traceCount, traces } =
    candidate;
  const facts = [
    lift === null ? 'only then' : `${lift.toPrecision(2)} times as many symptoms as at other times`,
    `p = ${correctedPValue.toPrecision(2)}`,
    ...(inTimeOrder ? [] : ['began after the trouble did']),
    ...(shares.length > 0 ? [`shares ${shares.join(', ')} with where the trouble starts`] : []),
  ];
  return (
    <div class="candidate">
      <p>
        <EventLine event={event} />
      </p>
      <p class="dim">{facts.join(' · ')}</p>
      {evidence.length > 0 && (
        <ul class="evidence">
          {evidence.map(({ reason, nats }) => (
            <li key={reason}>
              <span class="number">{`${nats < 0 ? '−' : '+'}${Math.abs(nats).toFixed(1)}`}</span>{' '}
              {reason}
            </li>
          ))}
        </ul>
      )}
      <Traces count={traceCount} ids={traces.map(({ traceId }) => traceId)} />
    </div>
  );
}

/** What happened, when, and the lines that say so. */
function EventLine({ event }: { readonly event: ReportedEvent }): JSX.Element {
  const { kind, source, summary, startTimeUnixNano: start, endTimeUnixNano: end, lines } = event;
  return (
    <>
      <strong>{summary}</strong>{' '}
      <span class="dim">
        {kind}, {formatClock(micros(start))}, {formatNanos(Number(BigInt(end) - BigInt(start)))},
        told by {source}
      </span>{' '}
      <Lines lines={lines} />
    </>
  );
}

function OneFailure({ failure }: { readonly failure: Failure }): JSX.Element {
  const { kind, service, operation, type, message, place, callee, isOrigin, examples } = failure;
  return (
    <>
      <p>
        <span class={kind === 'slow' ? 'badge odd' : 'badge bad'}>{kind}</span>{' '}
        <strong>
          {service} {operation}
        </strong>{' '}
        {kind !== 'slow' && type}
        {isOrigin && <span class="badge">the trouble starts here</span>}
      </p>
      {message !== undefined && <p class="said">{message}</p>}
      <p class="dim">{measure(failure)}</p>
      {(place ?? callee) !== undefined && (
        <p class="dim">
          {place !== undefined && <code>{place}</code>}
          {callee !== undefined && ` when it called ${callee}`}
        </p>
      )}
      <p class="examples">
        {examples.map(({ traceId, spanId, lines }) => (
          <span key={spanId + traceId}>
            <a href={`/trace/${traceId}?span=${spanId}`} onClick={follow}>
              {traceId.slice(0, 8)}
            </a>{' '}
            <Lines lines={lines} />
          </span>
        ))}
      </p>
    </>
  );
}

function measure({
  spans,
  affected,
  usualShare,
  usualMillis,
  nowMillis,
  from,
  to,
}: Failure): string {
  const usual = usualShare === null ? '' : ` (usually ${percent(usualShare)})`;
  return [
    `${affected.toLocaleString('en')} of ${counted(spans, 'call')}, ${percent(affected / Math.max(1, spans))}${usual}`,
    ...(usualMillis !== undefined && nowMillis !== undefined
      ? [`${formatNanos(nowMillis * 1e6)} instead of ${formatNanos(usualMillis * 1e6)}`]
      : []),
    `${formatClock(micros(from))} to ${formatClock(micros(to))}`,
  ].join(' · ');
}

const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;

const micros = (nanos: string): number => Number(BigInt(nanos) / 1000n);
