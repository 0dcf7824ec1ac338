import { markupText } from '../../log/markup-text.ts';
import type {
  Candidate,
  Failure,
  FailureExample,
  IncidentReport,
  ReportedEvent,
  ReportedLine,
  Tie,
  TraceRef,
} from '../../incident/report.ts';
import { counted } from './counted.ts';

/** A report as one HTML file without scripts or anything from elsewhere; all text of logs in it is escaped. */
export function reportHtml(report: IncidentReport): string {
  const { verdict, summary, from, to, counts, notes } = report;
  const found =
    verdict === 'no incident' ? [] : [rootCause(report), failures(report), impact(report)];
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${markupText(verdict)}: ${markupText(summary)}</title>
<style>${STYLE}</style>
<h1>${markupText(summary)}</h1>
<p>${markupText(verdict)} · ${time(from)} to ${report.ongoing ? 'now' : time(to)} · looked at ${counted(counts.traces, 'trace')} and ${counted(counts.events, 'system event')}, ${time(counts.from)} to ${time(counts.to)}</p>
${found.join('\n')}
${ties(report)}
${others(report)}
${notes.map((note) => `<p class="note">${markupText(note)}</p>`).join('\n')}
</html>
`;
}

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; color: CanvasText; background: Canvas; color-scheme: light dark }
h1 { font-size: 1.4rem } h2 { font-size: 1.1rem; margin-top: 2rem }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #8885 }
td.n { text-align: right; font-variant-numeric: tabular-nums } code { font-size: .85em; overflow-wrap: anywhere } .note { opacity: .75 }
`;

function rootCause({ rootCause: cause, candidates }: IncidentReport): string {
  const first =
    cause === null
      ? '<p>No cause found: no event beats chance.</p>'
      : `<p><strong>${markupText(cause.event.summary)}</strong><br>${eventPlace(cause.event)}<br>${odds(cause)}<br>traces: ${traces(cause.traces, cause.traceCount)}</p>
<table><caption>Why</caption><tr><th>nats<th>reason</tr>${cause.evidence
          .map(
            ({ reason, nats }) =>
              `<tr><td class="n">${nats.toFixed(1)}<td>${markupText(reason)}</tr>`,
          )
          .join('')}</table>`;
  const rows = candidates
    .map(
      (one) =>
        `<tr><td class="n">${one.rank}<td>${markupText(one.event.summary)}<br>${eventPlace(one.event)}<td>${odds(one)}</tr>`,
    )
    .join('\n');
  const all =
    rows === ''
      ? ''
      : `<table><caption>All candidates</caption><tr><th>rank<th>event<th>odds</tr>${rows}</table>`;
  return `<h2>Root cause</h2>${first}${all}`;
}

const odds = ({ lift, correctedPValue, score }: Candidate): string =>
  `lift ${lift === null ? '∞' : lift.toFixed(1)}, p ${correctedPValue.toPrecision(2)} corrected, score ${score.toFixed(1)}`;

function eventPlace({
  kind,
  source,
  startTimeUnixNano,
  endTimeUnixNano,
  lines,
  about,
}: ReportedEvent): string {
  const subject = Object.entries(about).map(([name, value]) => `${name} ${String(value)}`);
  return `${markupText(kind)} from ${markupText(source)}, ${time(startTimeUnixNano)} to ${time(endTimeUnixNano)}, ${markupText(subject.join(', '))}, lines ${lineNames(lines)}`;
}

function failures({ failures: all }: IncidentReport): string {
  const rows = all.map(
    (one) =>
      `<tr><td>${markupText(one.service)} ${markupText(one.operation)}${one.callee === undefined ? '' : ` to ${markupText(one.callee)}`}${one.isOrigin ? '' : ' (suffers from what is below it)'}<td>${what(one)}<td class="n">${one.affected} of ${one.spans}<td>${one.examples.map(example).join('<br>')}</tr>`,
  );
  return `<h2>Critical failures</h2><table><tr><th>operation<th>what<th>spans<th>examples</tr>${rows.join('\n')}</table>`;
}

function what({ kind, type, message, place, usualMillis, nowMillis, usualShare }: Failure): string {
  const usually = usualShare === null ? '' : `, usually ${(usualShare * 100).toFixed(1)} %`;
  if (kind === 'slow') {
    return `took ${nowMillis} ms by itself${usualMillis === undefined ? '' : `, usually ${usualMillis} ms`}`;
  }
  if (kind !== 'failed') return `${markupText(type)}${usually}`;
  return `failed with ${markupText(type)}${message === undefined ? '' : `: ${markupText(message)}`}${place === undefined ? '' : `<br>at <code>${markupText(place)}</code>`}${usually}`;
}

const example = (one: FailureExample): string =>
  `span <code>${markupText(one.spanId)}</code> of ${trace(one)}, lines ${lineNames(one.lines)}`;

function impact({ impact: one }: IncidentReport): string {
  const operations = one.operations.map(
    ({ service, operation, traces: count }) =>
      `<tr><td>${markupText(service)} ${markupText(operation)}<td class="n">${count}</tr>`,
  );
  return `<h2>Impact</h2>
<p>${time(one.from)} to ${time(one.to)}: ${one.traceCount} of ${one.tracesInTime} traces, ${counted(one.userCount, 'user')}${one.users.length > 0 ? ` (${one.users.map(markupText).join(', ')}${one.userCount > one.users.length ? ', …' : ''})` : ''}</p>
<p>${traces(one.traces, one.traceCount)}</p>
<table><tr><th>operation<th>traces</tr>${operations.join('\n')}</table>`;
}

function ties({ ties: all, counts, windowSeconds }: IncidentReport): string {
  const rows = all.map(
    ({ event, traceCount, traces: refs, shares }: Tie) =>
      `<tr><td>${markupText(event.summary)}<br>${eventPlace(event)}<td>${markupText(shares.join(', '))}<td>${traces(refs, traceCount)}</tr>`,
  );
  const rest = counts.tiedEvents - all.length;
  return `<h2>Events that overlap failing or slow traces (± ${windowSeconds} s)</h2>
<table><tr><th>event<th>shares<th>traces</tr>${rows.join('\n')}</table>${rest > 0 ? `<p>… and ${rest} more</p>` : ''}`;
}

function others({ others: all }: IncidentReport): string {
  if (all.length === 0) return '';
  const items = all.map(
    ({ from, to, traceCount, summary }) =>
      `<li>${time(from)} to ${time(to)}: ${counted(traceCount, 'trace')}; ${markupText(summary)}</li>`,
  );
  return `<h2>Other incidents</h2><ul>${items.join('\n')}</ul>`;
}

const traces = (refs: readonly TraceRef[], all: number): string =>
  refs.map(trace).join(' ') + (all > refs.length ? ` … and ${all - refs.length} more` : '');

function trace({ traceId, links = [] }: TraceRef): string {
  const [first] = links;
  const id = `<code>${markupText(traceId.slice(0, 16))}</code>`;
  // Anything but http would be a way to run something.
  return first !== undefined && /^https?:\/\//.test(first)
    ? `<a href="${markupText(first)}">${id}</a>`
    : `<code>${markupText(traceId)}</code>`;
}

const lineNames = (lines: readonly ReportedLine[]): string =>
  lines
    .map((ref) => ('seq' in ref ? `${ref.instance}#${ref.seq}` : `${ref.file}:${ref.line}`))
    .map((name) => `<code>${markupText(name)}</code>`)
    .join(' ');

const time = (unixNano: string): string =>
  markupText(new Date(Number(unixNano.slice(0, -6))).toISOString());
