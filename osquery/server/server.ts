import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Certificates } from '../certificates.ts';
import { Agents, type AgentsOptions } from './agents.ts';
import { Distributed } from './distributed.ts';
import { Intake, type IntakeSink } from './intake.ts';
import type { KnownAgent } from './node-keys.ts';

export interface OsqueryServerOptions extends AgentsOptions {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly certificates: Certificates;
  readonly sink: IntakeSink;
}

export interface OsqueryServer {
  readonly port: number;
  readonly intake: Intake;
  readonly distributed: Distributed;
  /** Who has enrolled. */
  hosts(): readonly KnownAgent[];
  close(): Promise<void>;
}

const MAX_CONNECTIONS = 256;
const HANDSHAKE_TIMEOUT_MS = 5_000;
const HEADERS_TIMEOUT_MS = 10_000;
/** An agent gives up after 16 s. */
const REQUEST_TIMEOUT_MS = 20_000;
const KEEP_ALIVE_MS = 60_000;

/** What osqueryd offers (kTLSCiphers in osquery/remote/transports/tls.h), and TLS 1.3's own. */
const CIPHERS = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_AES_128_GCM_SHA256',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
].join(':');

/**
 * osquery's remote API over TLS (docs/wiki/deployment/remote.md): enrollment,
 * configuration, logs, distributed queries; carves are refused. Rejects with the
 * system's error if it cannot listen.
 */
export async function startOsqueryServer(options: OsqueryServerOptions): Promise<OsqueryServer> {
  const intake = new Intake(options.sink);
  const distributed = new Distributed();
  const agents = new Agents(options, intake, distributed);
  const { key, cert, ca } = options.certificates;
  const server = createServer(
    {
      key,
      cert: `${cert}${ca}`,
      minVersion: 'TLSv1.2',
      ciphers: CIPHERS,
      honorCipherOrder: true,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: 2_000,
      requireHostHeader: false,
    },
    (incoming, outgoing) => void agents.answer(incoming, outgoing),
  );
  server.maxConnections = MAX_CONNECTIONS;
  // Node's own answers to what is late or no HTTP, and to an Expect that it does not
  // know, are empty: to an agent that is a success.
  server.on('clientError', (_, socket) => socket.destroy());
  server.on('checkExpectation', (incoming: IncomingMessage) => incoming.destroy());
  server.on('tlsClientError', (error: NodeJS.ErrnoException) =>
    agents.handshakeFailed(error, options.certificates.caFile),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  // Of one connection that could not be taken; the others go on.
  server.on('error', ({ message }) => options.tell(`osquery: ${message}`, 40));
  return {
    port: (server.address() as AddressInfo).port,
    intake,
    distributed,
    hosts: () => options.keys.hosts,
    close: async () => {
      distributed.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      options.keys.close();
    },
  };
}
