import { hostname } from 'node:os';
import { FileLog } from '../../log/file-log.ts';
import { nowMicros } from '../clock.ts';
import { readConfig, type NodeSpec } from '../config.ts';
import { openConsole, type ConsoleOptions } from '../console-options.ts';
import { serveControl } from '../control.ts';
import { startExporting, type Exporting } from '../exporting.ts';
import { labNodes } from '../lab.ts';
import { LabFolder } from '../lab-folder.ts';
import { openPage, openStore } from '../page.ts';
import { Pipeline } from '../pipeline.ts';
import { say } from '../say.ts';
import { StopRequest } from '../stop-request.ts';
import { Supervisor } from '../supervisor.ts';
import { UserError } from '../user-error.ts';

export interface RunOptions extends ConsoleOptions {
  readonly config?: string;
  readonly traffic: number;
  readonly jaeger: string;
  readonly jaegerQuery?: string;
  readonly exporter: 'otlp' | 'jaeger';
  readonly log?: string;
  readonly pagePort: number;
  readonly petstorePort: number;
  readonly paymentPort: number;
  readonly maxLine: number;
  readonly grace: number;
}

/** How long the last spans may take to be sent when all is stopped; the rest is spooled. */
const LAST_SPANS_MS = 3_000;
/** And how long a slow reader of stdout has for the last lines. */
const LAST_LINES_MS = 1_000;

/**
 * Starts the processes, merges what they log and rebuilds traces from it, until
 * all processes have ended or it is asked to stop. The exit code is 1 if a
 * process failed by itself, or a line could not be written to the log file.
 */
export async function run(options: RunOptions): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const folder = new LabFolder(process.cwd());
  const specs = nodesOf(options, folder);
  const orphans = folder.claim();
  cleanup.defer(() => folder.release());

  const stop = new StopRequest(() => supervisor.kill());
  cleanup.defer(() => stop.dispose());
  const relieve = (): void => {
    if (!log.isFull && console.isFree) supervisor.resume();
  };
  const console = openConsole(options, relieve, (reason) => stop.ask(reason));
  const log = openLog(options.log ?? folder.defaultLog, relieve);
  const store = openStore(folder.store);
  cleanup.defer(() => store.close());
  const page = await openPage(store, options.pagePort);
  cleanup.defer(() => page.close());

  const pipeline = new Pipeline({
    nowMicros,
    log,
    console,
    store,
    host: hostname(),
    look: ({ entries }) => supervisor.look(entries),
    onPressure: () => supervisor.pause(),
    onTrouble: say,
  });
  cleanup.defer(() => pipeline.end());
  const supervisor = new Supervisor(pipeline.firehose, pipeline.driver, {
    graceMs: options.grace * 1e3,
    maxLineBytes: options.maxLine,
  });
  // Whatever becomes of this process, it leaves none behind.
  process.once('exit', () => supervisor.kill());
  const control = await serveControl(folder.controlSocket, (node, line) =>
    supervisor.send(node, line),
  );
  cleanup.defer(() => control.close());

  /** In the firehose, and on stderr for who does not read that. */
  const tell = (message: string, level = 30): void => {
    pipeline.driver.say({ level, msg: message });
    if (level > 30 || console.format === 'json') say(message);
  };
  for (const orphan of orphans) tell(`stopped ${orphan}, which an earlier run left behind`, 40);
  const exporting = await startExporting(
    { ...options, spoolFolder: folder.spool },
    tell,
    (exporter) => pipeline.exportTo(exporter),
  );
  cleanup.defer(async () => {
    await supervisor.stop();
    pipeline.end();
    const sent = await exporting.close(LAST_SPANS_MS);
    await console.close(LAST_LINES_MS);
    await log.close();
    for (const line of summary(pipeline, log, sent)) say(line);
  });

  await supervisor.start(specs);
  folder.announce({
    startedAt: new Date().toISOString(),
    nodes: supervisor.children,
    urls: { page: page.url, ...(exporting.queryUrl && { jaeger: exporting.queryUrl }) },
    log: log.path,
  });
  sayWhereThingsAre(specs, page.url, exporting, log.path);
  await Promise.race([supervisor.allExited(), stop.asked]);
  if (stop.reason !== undefined) say(`stopping (${stop.reason}) …`);
  const failedAlone = supervisor.failed > 0 && stop.reason === undefined;
  if (failedAlone || log.lostLines > 0) process.exitCode = 1;
}

function nodesOf(options: RunOptions, folder: LabFolder): NodeSpec[] {
  return options.config === undefined
    ? labNodes({ ...options, folder: folder.path })
    : readConfig(options.config);
}

function openLog(path: string, onDrain: () => void): FileLog {
  try {
    return new FileLog(path, {
      drain: onDrain,
      error: (error) => say(`${path}: ${error.message}; lines from here on are not in it`),
    });
  } catch (error) {
    throw new UserError(`cannot append to the log file ${path}: ${(error as Error).message}`);
  }
}

/** Three lines: what runs, where traces are, where the log is. */
function sayWhereThingsAre(
  specs: readonly NodeSpec[],
  pageUrl: string,
  { queryUrl, how }: Exporting,
  logPath: string,
): void {
  const where = specs.map(({ name, port }) =>
    port === undefined ? name : `${name} http://127.0.0.1:${port}`,
  );
  say(`runs    ${where.join(' · ')}`);
  say(
    queryUrl === undefined
      ? `traces  ${pageUrl} (embedded store: ${how})`
      : `traces  ${pageUrl} · Jaeger ${queryUrl} (${how})`,
  );
  say(`log     ${logPath} · Ctrl+C stops all`);
}

function summary(
  { lines, counts, notStored }: Pipeline,
  { path, lostLines }: FileLog,
  sent: Awaited<ReturnType<Exporting['close']>>,
): string[] {
  const spans = counts.complete + counts.incomplete;
  return [
    `${lines} lines in ${path}, ${spans} spans (${counts.incomplete} incomplete)`,
    ...(lostLines > 0 ? [`${lostLines} lines could not be written to ${path}`] : []),
    ...(counts.evicted + counts.dropped > 0
      ? [
          `${counts.evicted} spans closed early and ${counts.dropped} lines left out of their spans: too many at once`,
        ]
      : []),
    ...(notStored > 0 ? [`${notStored} spans could not be stored`] : []),
    ...(sent !== undefined
      ? [
          `sent ${sent.sent} spans to Jaeger` +
            (sent.spooled > 0 ? `, ${sent.spooled} wait in the spool for the next run` : '') +
            (sent.dropped + sent.refused > 0
              ? `, ${sent.dropped} dropped, ${sent.refused} refused`
              : ''),
        ]
      : []),
  ];
}
