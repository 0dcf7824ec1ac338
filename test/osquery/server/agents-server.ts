import { mkdtempSync, rmSync } from 'node:fs';
import { request, type RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, onTestFinished } from 'vitest';
import type { LogEntry } from '../../../log/entry.ts';
import { Firehose } from '../../../log/firehose.ts';
import { ensureCertificates, type Certificates } from '../../../osquery/certificates.ts';
import { NodeKeys } from '../../../osquery/server/node-keys.ts';
import {
  startOsqueryServer,
  type OsqueryServer,
  type OsqueryServerOptions,
} from '../../../osquery/server/server.ts';
import { temporaryFolder } from '../../onelog.ts';

/** One set of certificates does for all tests of a file. */
const shared = mkdtempSync(join(tmpdir(), 'one-log-certificates-'));
afterAll(() => rmSync(shared, { recursive: true }));

/** A server with what came of it. */
export interface AgentsServer {
  readonly server: OsqueryServer;
  readonly certificates: Certificates;
  readonly keysFile: string;
  /** The firehose. */
  readonly entries: LogEntry[];
  readonly told: string[];
  /** Posts as an agent does. */
  post(path: string, body: unknown, options?: RequestOptions): Promise<Answer>;
  /** Enrolls a host and gives its key. */
  enroll(host: string): Promise<string>;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** Of a JSON answer. */
  readonly json: Record<string, unknown> | undefined;
}

/** Starts a server on a free port, for one test. `settled` stands for a log that can be written. */
export async function agentsServer(
  options: Partial<OsqueryServerOptions> & {
    readonly folder?: string;
    readonly settled?: () => Promise<boolean>;
  } = {},
): Promise<AgentsServer> {
  const folder = options.folder ?? temporaryFolder();
  const certificates = await ensureCertificates(shared, ['localhost', '127.0.0.1']);
  const keysFile = join(folder, 'node-keys.json');
  const entries: LogEntry[] = [];
  const told: string[] = [];
  let micros = 1_795_363_200_000_000;
  const firehose = new Firehose(
    () => micros++,
    (batch) => entries.push(...batch.entries),
  );
  const server = await startOsqueryServer({
    host: '127.0.0.1',
    port: 0,
    certificates,
    keys: new NodeKeys(keysFile, (message) => told.push(message)),
    config: () => ({ schedule: {} }),
    sink: { firehose, settled: options.settled ?? (async () => true), maxLineBytes: 1024 },
    tell: (message) => told.push(message),
    ...options,
  });
  onTestFinished(() => server.close());
  const post: AgentsServer['post'] = (path, body, more = {}) =>
    send({ port: server.port, ca: certificates.ca, path, method: 'POST', ...more }, body);
  const enroll = async (host: string): Promise<string> => {
    const { json } = await post('/enroll', { host_identifier: host });
    return String(json?.['node_key']);
  };
  return { server, certificates, keysFile, entries, told, post, enroll };
}

/** Rejects if the connection is dropped, which an agent takes for a failure as well. */
export function send(options: RequestOptions, body: unknown): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const outgoing = request({ host: '127.0.0.1', agent: false, ...options }, (incoming) => {
    text(incoming).then((answered) => {
      resolve({ status: incoming.statusCode ?? 0, text: answered, json: objectOf(answered) });
    }, reject);
  });
  outgoing.on('error', reject);
  outgoing.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body));
  return promise;
}

function objectOf(answered: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(answered) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/**
 * What osqueryd makes of an answer (osquery/remote/utility.h, serializers/json.cpp):
 * the HTTP status means nothing to it.
 */
export function isSuccessToAgent({ text: answered, json }: Answer): boolean {
  if (answered === '') return true;
  return json !== undefined && json['error'] === undefined && json['node_invalid'] !== true;
}
