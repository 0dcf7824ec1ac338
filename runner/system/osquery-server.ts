import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';
import { fileURLToPath } from 'node:url';
import { ensureCertificates } from '../../osquery/certificates.ts';
import { ConfigFile, ConfigFileError, type PlacedIssue } from '../../osquery/config/config-file.ts';
import type { IntakeSink } from '../../osquery/server/intake.ts';
import { NodeKeys } from '../../osquery/server/node-keys.ts';
import {
  startOsqueryServer,
  type OsqueryServer,
  type OsqueryServerOptions,
} from '../../osquery/server/server.ts';
import { join } from 'node:path';
import { didYouMean } from '../nearest.ts';
import { holderOf } from '../port-holder.ts';
import type { LogSource } from '../sources/log-source.ts';
import { UserError } from '../user-error.ts';

const SHIPPED_CONFIG = fileURLToPath(new URL('../../osquery/osquery.conf', import.meta.url));

/** What the user said of it. */
export interface OsqueryOptions {
  readonly host: string;
  /** 0 for any free one; undefined for the usual, or any free one where that is taken. */
  readonly port?: number;
  /** A file with what agents must know to enroll. */
  readonly secret?: string;
  /** An osquery.conf; the shipped one, unless given. */
  readonly config?: string;
}

export interface OsqueryParts {
  /** For certificates and node keys. */
  readonly folder: string;
  readonly sink: IntakeSink;
  /** Told of what a person may want to know; `level` is pino's. */
  readonly tell: (message: string, level: number) => void;
}

/** An osquery server that runs, with what agents need to reach it. */
export interface OpenOsquery extends LogSource {
  readonly server: OsqueryServer;
  /** `host:port`, as an agent on this machine reaches it. */
  readonly address: string;
  /** PEM of the authority to trust. */
  readonly caFile: string;
  readonly secretFile?: string;
}

const USUAL_PORT = 8088;

/**
 * Starts the osquery server with certificates and node keys of the folder's, and
 * keeps its configuration as its file is. Throws a UserError for a port that is
 * taken, a configuration that cannot be used, and an address beyond loopback
 * without a secret.
 */
export async function openOsquery(
  options: OsqueryOptions,
  { folder, sink, tell }: OsqueryParts,
): Promise<OpenOsquery> {
  const { host } = options;
  const secret = options.secret === undefined ? undefined : secretIn(options.secret, tell);
  if (secret === undefined && !isLoopback(host)) {
    throw new UserError(
      `osquery: ${host} can be reached from other machines, so agents need a secret: name a file for it, and one is made there`,
    );
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const config = openConfig(options.config ?? SHIPPED_CONFIG, tell);
  try {
    const certificates = await ensureCertificates(folder, namesOf(host));
    const keys = new NodeKeys(join(folder, 'node-keys.json'), (message) =>
      tell(`osquery: ${message}`, 40),
    );
    const server = await listen(
      {
        host,
        port: options.port ?? USUAL_PORT,
        certificates,
        keys,
        ...(secret !== undefined && { secret }),
        config: () => config.current,
        sink,
        tell,
      },
      options.port === undefined,
    );
    const close = async (): Promise<void> => {
      config.close();
      await server.close();
      const { lines, repeated } = server.intake.counts;
      if (repeated > 0) {
        tell(`osquery: ${lines} lines; ${repeated} more came again and were left out`, 30);
      }
    };
    let closing: Promise<void> | undefined;
    return {
      server,
      address: `${addressFor(host)}:${server.port}`,
      caFile: certificates.caFile,
      ...(options.secret !== undefined && { secretFile: options.secret }),
      pause: () => server.intake.pause(),
      resume: () => server.intake.resume(),
      close: () => (closing ??= close()),
    };
  } catch (error) {
    config.close();
    throw error;
  }
}

async function listen(options: OsqueryServerOptions, mayMove: boolean): Promise<OsqueryServer> {
  const { host, port, tell } = options;
  try {
    return await startOsqueryServer(options);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE') throw new UserError(`osquery: cannot listen on ${host}: ${message}`);
    const taken = `port ${port} is taken${await holderOf(port)}`;
    if (!mayMove) throw new UserError(`osquery: ${taken}`);
    const server = await listen({ ...options, port: 0 }, false);
    tell(`osquery: ${taken}; listening on ${server.port} this time`, 40);
    return server;
  }
}

function openConfig(path: string, tell: OsqueryParts['tell']): ConfigFile {
  const warn = (warnings: readonly PlacedIssue[]): void => {
    for (const issue of warnings) tell(`osquery: ${issueText(path, issue)}`, 40);
  };
  try {
    const config = new ConfigFile(path, {
      onChange: (_, warnings) => {
        tell(`osquery: ${path} has changed; agents get it when they next ask`, 30);
        warn(warnings);
      },
      onRefused: (error) => {
        const why = refusal(path, error).join('; ');
        tell(`osquery: ${why} (agents keep what they had)`, 50);
      },
    });
    warn(config.warnings);
    return config;
  } catch (error) {
    if (!(error instanceof ConfigFileError)) throw error;
    throw new UserError(refusal(path, error).join('\n'));
  }
}

function refusal(path: string, { message, issues }: ConfigFileError): string[] {
  if (issues.length === 0) return [`${path}: ${message}`];
  return issues.map((issue) => `${issueText(path, issue)} (${message})`);
}

/** `osquery.conf:3:5: schedule.load: unknown key "intervall"; did you mean "interval"?` */
function issueText(file: string, { position, path, message, known }: PlacedIssue): string {
  const place = `${file}:${position.line}:${position.column}`;
  if (known === undefined)
    return [place, ...(path.length > 0 ? [path.join('.')] : []), message].join(': ');
  const key = String(path.at(-1));
  const parent = path.slice(0, -1).join('.');
  return `${place}: ${parent === '' ? '' : `${parent}: `}${message} ${JSON.stringify(key)}${didYouMean(key, known)}`;
}

/** What is in the file; where there is none, a secret is made and put there. */
function secretIn(file: string, tell: OsqueryParts['tell']): string {
  let secret: string;
  try {
    if (!existsSync(file)) {
      writeFileSync(file, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
      tell(`osquery: made a secret for agents to enroll with: ${file}`, 30);
    }
    secret = readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new UserError(`osquery: the secret cannot be read or made: ${(error as Error).message}`);
  }
  if (secret !== '') return secret;
  throw new UserError(`osquery: expected a secret in ${file}, but it is empty`);
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);

const isWildcard = (host: string): boolean => host === '0.0.0.0' || host === '::';

/** How an agent on this machine reaches a server that listens there. */
function addressFor(host: string): string {
  if (isWildcard(host)) return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

/** All by which an agent may call this machine: it verifies the name that it was told. */
function namesOf(host: string): string[] {
  const addresses = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ internal, scopeid }) => !internal && (scopeid ?? 0) === 0)
    .map(({ address }) => address);
  const names = [
    'localhost',
    '127.0.0.1',
    '::1',
    hostname().toLowerCase(),
    ...(isWildcard(host) ? addresses : [host.toLowerCase()]),
  ];
  return [...new Set(names)].filter((name) =>
    /^[\da-f:.]+$|^[a-z\d]([a-z\d.-]{0,251}[a-z\d])?$/.test(name),
  );
}
