import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IncidentAnalysis } from '../incident/analysis.ts';
import type { IncidentReport } from '../incident/report.ts';
import { overlaps, type Interval } from '../incident/overlap.ts';
import { readEvidence } from '../runner/incidents/read-evidence.ts';
import type { SystemEvent } from '../osquery/events/system-event.ts';
import type { Span } from '../spans/span.ts';
import { simulatedIncident, simulatedSpans } from '../test/incident/simulated-traffic.ts';
import { dice } from '../services/dice.ts';
import { cpuSeconds, report, thousands } from './measure.ts';
import { writeStoredLog } from './stored-log.ts';

const LINES = 1_000_000;
const EVENTS = 10_000;
const TRACES = 100_000;

/** Analysis of a stored log, and the interval join within it, at the sizes that are promised. */
export async function bench(): Promise<void> {
  await reportJoin();
  reportPrecision();
  const folder = mkdtempSync(join(tmpdir(), 'one-log-bench-'));
  try {
    const log = join(folder, 'firehose.ndjson');
    const { lines } = writeStoredLog(log, LINES - EVENTS);
    appendEvents(log);
    const analysis = new IncidentAnalysis({ windowSeconds: 5 });
    const { seconds, wallSeconds, result } = await cpuSeconds(async () => {
      await readEvidence([log], 'auto', analysis);
      return analysis.find();
    });
    const { counts } = result.report;
    report(
      `${thousands(lines + EVENTS)} lines, ${thousands(counts.events)} events analysed`,
      `${wallSeconds.toFixed(1)} s`,
      `${seconds.toFixed(1)} s of CPU, ${thousands(counts.spans)} spans; aim 5 s`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Simulated incidents among decoys, and quiet times: what is named first, and false alarms. */
function reportPrecision(): void {
  let [first, among, alarms] = [0, 0, 0];
  for (let seed = 0; seed < SIMULATIONS; seed++) {
    const kind = KINDS[seed % KINDS.length] ?? 'slow';
    const { spans, events, cause } = simulatedIncident(kind, 10_000 + seed);
    const { candidates } = analysed(spans, events);
    const rank = candidates.findIndex(({ event }) => event.id === cause.id);
    first += Number(rank === 0);
    among += Number(rank >= 0 && rank < 3);
    const quiet = simulatedSpans({
      seed: 20_000 + seed,
      seconds: 300,
      perSecond: 10,
      troubles: [],
    });
    alarms += Number(analysed(quiet, events.slice(1)).verdict !== 'no incident');
  }
  const share = (count: number): string => `${((100 * count) / SIMULATIONS).toFixed(0)} %`;
  report(`causes named first, of ${SIMULATIONS} simulated`, share(first), 'aim 95 %');
  report('… among the first three', share(among), 'aim 100 %');
  report(`false alarms in ${SIMULATIONS} quiet times of 5 min`, `${alarms}`, 'aim 0');
}

const SIMULATIONS = 60;
const KINDS = ['slow', 'host', 'errors', 'gone'] as const;

function analysed(spans: readonly Span[], events: readonly SystemEvent[]): IncidentReport {
  const analysis = new IncidentAnalysis({ windowSeconds: 5 });
  for (const span of spans) analysis.addSpan(span);
  for (const event of events) analysis.addEvent(event);
  return analysis.find().report;
}

async function reportJoin(): Promise<void> {
  const roll = dice(1);
  const intervals = (count: number, longest: number): Interval[] =>
    Array.from({ length: count }, () => {
      const start = roll() * 3_600;
      return { start, end: start + roll() * longest };
    });
  const events = intervals(EVENTS, 10);
  const traces = intervals(TRACES, 1);
  const { seconds, result } = await cpuSeconds(() => overlaps(events, traces, 5, 20));
  const pairs = result.reduce((sum, { count }) => sum + count, 0);
  report(
    `${thousands(EVENTS)} events joined with ${thousands(TRACES)} traces`,
    `${seconds.toFixed(2)} s of CPU`,
    `${thousands(pairs)} pairs; aim 1 s`,
  );
}

/** Commands taken by Payment, each an event. */
function appendEvents(file: string): void {
  const fd = openSync(file, 'a');
  for (let seq = 0; seq < EVENTS; seq++) {
    const ts = 1_795_363_200 + seq * 0.004;
    writeSync(
      fd,
      `{"ts":${ts.toFixed(6)},"node":"payment","instance":"payment@lab-1/4712.1795363100","stream":"stdout","seq":${seq},"log":{"level":30,"msg":"command accepted","command":"SetDelay"}}\n`,
    );
  }
  closeSync(fd);
}
