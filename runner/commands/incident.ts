import { existsSync } from 'node:fs';
import { IncidentAnalysis, type Look } from '../../incident/analysis.ts';
import type { Finding } from '../../incident/describe.ts';
import type { IncidentReport } from '../../incident/report.ts';
import { incidentSpans } from '../../incident/system-spans.ts';
import { askedTime } from '../incidents/asked-time.ts';
import { readEvidence } from '../incidents/read-evidence.ts';
import { reportHtml } from '../incidents/report-html.ts';
import { reportText } from '../incidents/report-text.ts';
import { withLinks } from '../incidents/trace-links.ts';
import { LabFolder } from '../lab-folder.ts';
import { colourDepth } from '../colour.ts';
import { sendSpans } from '../span-sinks.ts';
import { UserError } from '../user-error.ts';

export interface IncidentOptions {
  /** Seconds. */
  readonly window: number;
  readonly at?: string;
  readonly from?: string;
  readonly to?: string;
  readonly log: readonly string[];
  readonly rules: string;
  readonly send?: string;
  readonly format: 'text' | 'json' | 'html';
}

/**
 * Says what is the matter in the running lab or in stored logs, and which event
 * of the system explains it, on stdout. Nothing to be found is an answer too.
 */
export async function incident(options: IncidentOptions): Promise<void> {
  const lab = new LabFolder(process.cwd());
  const running = lab.running();
  const files = options.log.length > 0 ? options.log : [running?.log ?? lab.defaultLog];
  if (options.log.length === 0 && running === undefined && !existsSync(lab.defaultLog)) {
    throw new UserError(
      'no lab runs in this folder and none has: start one with `npm start`, or name a log by --log FILE',
    );
  }
  const analysis = new IncidentAnalysis({ windowSeconds: options.window });
  const since = options.log.length > 0 ? 0 : sinceSeconds(options, running?.startedAt);
  const { lines } = await readEvidence(files, options.rules, analysis, since);
  const { range } = analysis;
  if (range === undefined) {
    throw new UserError(
      `${files.join(', ')}: ${lines === 0 ? 'the log is empty' : 'no line has a time'}: nothing to look for an incident in`,
    );
  }
  const isOfLab = running !== undefined && files.includes(running.log);
  const finding = analysis.find(look(options, range));
  if (options.send !== undefined) await send(finding, options.send);
  const report = withLinks(finding.report, isOfLab ? running.urls : {});
  process.stdout.write(shown(report, options.format));
}

/** Of a running lab its own run and the last hour are looked at, unless a time is asked for. */
function sinceSeconds({ at, from, to }: IncidentOptions, startedAt: string | undefined): number {
  if (startedAt === undefined || at !== undefined || from !== undefined || to !== undefined)
    return 0;
  return Math.max(Date.parse(startedAt) / 1e3, Date.now() / 1e3 - LAST_SECONDS);
}

const LAST_SECONDS = 3_600;

function look(
  { at, from, to }: IncidentOptions,
  { fromMicros, toMicros }: NonNullable<IncidentAnalysis['range']>,
): Look {
  const log = { fromSeconds: fromMicros / 1e6, toSeconds: toMicros / 1e6 };
  const micros = (option: string, text: string): number => askedTime(option, text, log) * 1e6;
  const asked = {
    ...(at !== undefined && { atMicros: micros('--at', at) }),
    ...(from !== undefined && { fromMicros: micros('--from', from) }),
    ...(to !== undefined && { toMicros: micros('--to', to) }),
  };
  if ((asked.fromMicros ?? -Infinity) > (asked.toMicros ?? Infinity)) {
    throw new UserError(`--from ${from} is after --to ${to}: nothing is between them`);
  }
  return asked;
}

async function send(finding: Finding, url: string): Promise<void> {
  const sink = sendSpans(url);
  await sink.take(incidentSpans(finding));
  await sink.end();
}

function shown(report: IncidentReport, format: IncidentOptions['format']): string {
  if (format === 'json') return `${JSON.stringify(report, undefined, 2)}\n`;
  if (format === 'html') return reportHtml(report);
  return reportText(report, colourDepth(process.env, process.stdout.isTTY));
}
