import { hostname } from 'node:os';
import { FileLog } from '../../log/file-log.ts';
import { instanceId } from '../../log/wire.ts';
import { BreakerNode } from '../breaker-node.ts';
import { nowMicros } from '../clock.ts';
import type { NodeSpec } from '../config.ts';
import { openConsole, type ConsoleOptions } from '../console-options.ts';
import { serveControl, stdinRoute } from '../control.ts';
import { startExporting, type Exporting } from '../exporting.ts';
import { LiveIncidents } from '../incidents/live-incidents.ts';
import { LabFolder } from '../lab-folder.ts';
import { openPage, openStore, type PageAddress } from '../page.ts';
import { IndexedLog } from '../page-log/indexed-log.ts';
import { Pipeline } from '../pipeline.ts';
import { RecentEvents } from '../recent-events.ts';
import { say } from '../say.ts';
import { StopRequest } from '../stop-request.ts';
import type { LogSource } from '../sources/log-source.ts';
import { openSources, type SourceOptions } from '../sources/open-sources.ts';
import { Supervisor } from '../supervisor.ts';
import { openLabOsquery, type LabOsqueryOptions } from '../system/osquery-lab.ts';
import { watchContainers } from '../system/containers.ts';
import { watchSystem, type SampleOptions, type SystemWatch } from '../system/sources.ts';
import { watchedLab } from '../system/watched-lab.ts';
import { UserError } from '../user-error.ts';
import { whatToRun } from '../what-to-run.ts';

export interface RunOptions
  extends ConsoleOptions, SourceOptions, PageAddress, SampleOptions, LabOsqueryOptions {
  readonly config?: string;
  readonly traffic: number;
  readonly jaeger: string;
  readonly jaegerQuery?: string;
  readonly exporter: 'otlp' | 'jaeger';
  readonly log?: string;
  /** Bytes, ms and bytes; Infinity for no limit. */
  readonly logMaxSize: number;
  readonly logMaxAge: number;
  readonly logMaxTotal: number;
  readonly petstorePort: number;
  readonly paymentPort: number;
  readonly grace: number;
}

/** How long the last spans may take to be sent when all is stopped; the rest is spooled. */
const LAST_SPANS_MS = 3_000;
/** And how long a slow reader of stdout has for the last lines. */
const LAST_LINES_MS = 1_000;

/**
 * Starts the processes, merges what they and others log and rebuilds traces from
 * it, until all processes have ended (if no other's log is read) or it is asked
 * to stop. The exit code is 1 if a
 * process failed by itself, or a line could not be written to the log file.
 */
export async function run(command: readonly string[], options: RunOptions): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const folder = new LabFolder(process.cwd());
  const { nodes: specs, breakers } = whatToRun(command, { ...options, folder: folder.path });
  const orphans = folder.claim();
  cleanup.defer(() => folder.release());

  const stop = new StopRequest(() => supervisor.kill());
  cleanup.defer(() => stop.dispose());
  const relieve = (): void => {
    if (log.isFull || !console.isFree) return;
    for (const source of [supervisor, ...sources]) source.resume();
  };
  const console = openConsole(options, relieve, (reason) => stop.ask(reason));
  const log = openLog(options.log ?? folder.defaultLog, options, relieve);
  const store = openStore(folder.store);
  cleanup.defer(() => store.close());
  const events = new RecentEvents();
  const lines = new IndexedLog(log.path);
  cleanup.defer(() => lines.close());
  const incidents = new LiveIncidents(
    {
      driver: (line) => pipeline.driver.say(line),
      system: (line) => system.say(line),
      underWay: (atSeconds, most) => pipeline.underWay(atSeconds, most),
    },
    events,
  );
  const page = await openPage({ store, log: lines, events, incidents }, options);
  cleanup.defer(() => page.close());

  const pipeline = new Pipeline({
    nowMicros,
    log,
    console,
    store,
    host: hostname(),
    look: ({ entries }) => supervisor.look(entries),
    follow: ({ entries }) => {
      for (const node of breakerNodes) node.look(entries);
      incidents.look(entries);
    },
    onSpan: (span) => incidents.addSpan(span),
    onPressure: () => {
      for (const source of [supervisor, ...sources]) source.pause();
    },
    onTrouble: say,
  });
  cleanup.defer(() => pipeline.end());
  const supervisor = new Supervisor(pipeline.firehose, pipeline.driver, {
    graceMs: options.grace * 1e3,
    maxLineBytes: options.maxLine,
    onStart: () => {
      announce();
      watch?.refresh();
    },
  });
  let watch: SystemWatch | undefined;
  let sources: readonly LogSource[] = [];
  const system = pipeline.firehose.source(
    'system',
    instanceId('system', hostname(), process.pid, Math.floor(nowMicros() / 1e6)),
  );
  const breakerNodes = breakers.map(
    (spec) =>
      new BreakerNode(spec, (node, line) => supervisor.send(node, line), pipeline.driver, system),
  );
  // Whatever becomes of this process, it leaves none behind.
  process.once('exit', () => supervisor.kill());
  /** In the firehose, and on stderr for who does not read that. */
  const tell = (message: string, level = 30): void => {
    pipeline.driver.say({ level, msg: message });
    if (level > 30 || console.format === 'json') say(message);
  };
  const osquery = await openLabOsquery(options, specs, {
    folder: folder.osquery,
    sink: {
      firehose: pipeline.firehose,
      settled: () => log.settled(),
      maxLineBytes: options.maxLine,
    },
    tell,
  });
  cleanup.defer(() => osquery.close());
  const nodes = [...specs, ...osquery.nodes];
  const control = await serveControl(folder.controlSocket, [
    stdinRoute((node, line) => supervisor.send(node, line)),
    ...osquery.routes,
  ]);
  cleanup.defer(() => control.close());

  for (const orphan of orphans) tell(`stopped ${orphan}, which an earlier run left behind`, 40);
  const exporting = await startExporting(
    { ...options, spoolFolder: folder.spool },
    tell,
    (exporter) => pipeline.exportTo(exporter),
  );
  cleanup.defer(async () => {
    await supervisor.stop();
    await Promise.all(sources.map((source) => source.close()));
    pipeline.end();
    const sent = await exporting.close(LAST_SPANS_MS);
    await console.close(LAST_LINES_MS);
    await log.close();
    for (const line of summary(pipeline, log, sent)) say(line);
  });

  const startedAt = new Date().toISOString();
  const announce = (): void =>
    folder.announce({
      startedAt,
      nodes: supervisor.children,
      urls: {
        page: page.url,
        ...(exporting.queryUrl && { jaeger: exporting.queryUrl }),
        ...osquery.urls,
      },
      log: log.path,
    });
  const others = await openSources(options, pipeline.firehose, pipeline.driver);
  sources = [...others, ...osquery.sources];
  announce();
  await supervisor.start(nodes);
  const looks = watchSystem(
    options,
    watchedLab(nodes, supervisor, pipeline.driver),
    pipeline.firehose,
    pipeline.driver,
  );
  // Before the processes are stopped: that they end then is no event.
  cleanup.defer(() => looks.close());
  watch = looks;
  const containers = await watchContainers(options, pipeline.firehose, pipeline.driver);
  sources = [...others, ...osquery.sources, looks, ...containers];
  sayWhereThingsAre(nodes, page.visitUrl, exporting, log.path);
  await Promise.race([...(others.length === 0 ? [supervisor.allExited()] : []), stop.asked]);
  if (stop.reason !== undefined) say(`stopping (${stop.reason}) …`);
  const failedAlone = supervisor.failed > 0 && stop.reason === undefined;
  if (failedAlone || log.lostLines > 0) process.exitCode = 1;
}

function openLog(path: string, options: RunOptions, onDrain: () => void): FileLog {
  try {
    return new FileLog(path, {
      maxBytes: options.logMaxSize,
      maxAgeMs: options.logMaxAge,
      maxTotalBytes: options.logMaxTotal,
      drain: onDrain,
      trouble: say,
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
  if (where.length > 0) say(`runs    ${where.join(' · ')}`);
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
