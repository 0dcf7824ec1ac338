import { terminalText } from '../../log/terminal-text.ts';
import { queryOnce } from '../../osquery/agent/query-once.ts';
import { QueryError } from '../../osquery/agent/table-database.ts';
import { LabFolder } from '../lab-folder.ts';
import { say } from '../say.ts';
import { serveOsquery } from '../system/osquery-alone.ts';
import { askForHosts, askHost } from '../system/osquery-routes.ts';
import { rowsOf, rowsText, type Rows, type RowsFormat } from '../system/rows-text.ts';
import { UserError } from '../user-error.ts';

export interface OsqueryCommandOptions {
  readonly host: string;
  readonly port?: number;
  readonly secret?: string;
  readonly config?: string;
  readonly log?: string;
  readonly query?: string;
  readonly on?: string;
  readonly hosts?: true;
  /** Milliseconds. */
  readonly timeout: number;
  readonly format?: RowsFormat;
}

/** Runs a query here or on an enrolled host, lists the hosts, or serves agents until it is asked to stop. */
export async function osquery(options: OsqueryCommandOptions): Promise<void> {
  const { query, on: host, hosts, format, timeout: timeoutMs } = options;
  if (host !== undefined && query === undefined) {
    throw new UserError(`--on ${host}: expected --query with it: what to ask the host`);
  }
  const socket = new LabFolder(process.cwd()).controlSocket;
  const print = (rows: Rows): void => void process.stdout.write(rowsText(rows, format ?? 'text'));
  if (hosts === true) return print(await hostRows(socket));
  if (query === undefined) return serveOsquery(options);
  if (host === undefined) return print(await queryHere(query));
  const answer = await askHost(socket, { host, sql: query, timeoutMs });
  if (answer.kind === 'rows') return print(rowsOf(answer.rows));
  if (answer.kind === 'failed') throw new UserError(`${host}: ${terminalText(answer.message)}`);
  say(`${host} has not answered within ${timeoutMs / 1e3} s; --timeout gives it more`);
  process.exitCode = 3;
}

async function queryHere(sql: string): Promise<Rows> {
  try {
    return await queryOnce(sql);
  } catch (error) {
    if (error instanceof QueryError) throw new UserError(terminalText(error.message));
    throw error;
  }
}

async function hostRows(socket: string): Promise<Rows> {
  const hosts = await askForHosts(socket);
  const time = (ms: number | undefined): string | null =>
    ms === undefined ? null : new Date(ms).toISOString();
  return {
    columns: ['host', 'agent', 'enrolled', 'heard'],
    rows: hosts.map(({ host, agent, enrolledMs, heardMs }) => [
      host,
      agent,
      time(enrolledMs),
      time(heardMs),
    ]),
  };
}
