import { hostname } from 'node:os';
import { FileLog } from '../../log/file-log.ts';
import { Firehose } from '../../log/firehose.ts';
import { instanceId } from '../../log/wire.ts';
import { nowMicros } from '../clock.ts';
import { openConsole } from '../console-options.ts';
import { serveControl } from '../control.ts';
import { LabFolder } from '../lab-folder.ts';
import { say } from '../say.ts';
import { StopRequest } from '../stop-request.ts';
import { UserError } from '../user-error.ts';
import { agentFlags } from './osquery-agent.ts';
import { osqueryRoutes } from './osquery-routes.ts';
import { openOsquery, type OsqueryOptions } from './osquery-server.ts';

export interface OsqueryAloneOptions extends OsqueryOptions {
  readonly log?: string;
  readonly format?: 'text' | 'json' | 'csv';
}

const MAX_LINE_BYTES = 1024 * 1024;
const MICROS_OF_SILENCE = 1_000_000;
const LOOK_MS = 100;
/** How long a slow reader of stdout has for the last lines. */
const LAST_LINES_MS = 1_000;

/**
 * Serves osquery agents with a firehose of its own, in the log and on stdout,
 * until it is asked to stop. It is the lab of this folder meanwhile: hosts can be
 * asked as they can there.
 */
export async function serveOsquery(options: OsqueryAloneOptions): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  if (options.format === 'csv') throw new UserError('--format csv is for the rows of a query');
  const folder = new LabFolder(process.cwd());
  folder.claim();
  cleanup.defer(() => folder.release());
  const stop = new StopRequest(() => {});
  cleanup.defer(() => stop.dispose());

  const { format } = options;
  const consoleOptions = { grep: [], ...(format !== undefined && { format }) };
  const relieve = (): void => {
    if (!log.isFull && console.isFree) osquery?.resume();
  };
  const console = openConsole(consoleOptions, relieve, (reason) => stop.ask(reason));
  cleanup.defer(() => console.close(LAST_LINES_MS));
  const log = openLog(options.log ?? folder.defaultLog, relieve);
  cleanup.defer(() => log.close());
  const firehose = new Firehose(nowMicros, ({ text, entries }) => {
    const isLogged = log.write(text, entries.length);
    if (!console.write(entries) || !isLogged) osquery?.pause();
  });
  const start = Math.floor(nowMicros() / 1e6);
  const driver = firehose.source('driver', instanceId('driver', hostname(), process.pid, start));
  const ticker = setInterval(() => {
    if (nowMicros() - firehose.lastMicros >= MICROS_OF_SILENCE) driver.say({ tick: true });
  }, LOOK_MS);
  cleanup.defer(() => clearInterval(ticker));

  const tell = (msg: string, level: number): void => {
    driver.say({ level, msg });
    say(msg);
  };
  let osquery: Awaited<ReturnType<typeof openOsquery>> | undefined;
  osquery = await openOsquery(options, {
    folder: folder.osquery,
    sink: {
      firehose,
      settled: () => log.settled(),
      maxLineBytes: MAX_LINE_BYTES,
    },
    tell,
  });
  const { address, server, close } = osquery;
  cleanup.defer(close);
  const control = await serveControl(folder.controlSocket, osqueryRoutes(server));
  cleanup.defer(() => control.close());
  folder.announce({
    startedAt: new Date().toISOString(),
    nodes: [],
    urls: { osquery: `https://${address}` },
    log: log.path,
  });
  say(`osquery  https://${address} · an agent's flags:`);
  say(`osqueryd ${agentFlags(osquery).join(' ')}`);
  say(`log      ${log.path} · Ctrl+C stops it`);
  await stop.asked;
}

function openLog(path: string, onDrain: () => void): FileLog {
  try {
    return new FileLog(path, {
      drain: onDrain,
      error: (error) => say(`${path}: ${error.message}; agents keep their lines from here on`),
    });
  } catch (error) {
    throw new UserError(`cannot append to the log file ${path}: ${(error as Error).message}`);
  }
}
