import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { generate } from 'selfsigned';
import { onTestFinished } from 'vitest';
import type { JsonObject } from '../../../osquery/agent/tls-transport.ts';
import { temporaryFolder } from '../../onelog.ts';

/** What an agent has posted. */
export interface Call {
  readonly path: string;
  readonly body: JsonObject;
  readonly nodeKey: string | undefined;
}

/** An object is answered as JSON, a text as it is, and `undefined` by cutting the connection. */
type Reply = JsonObject | string | undefined;

/**
 * A server of osquery's API whose answers the test gives. It knows nothing of
 * the protocol: enrollment too is up to `reply`.
 */
export async function startTestServer(reply: (call: Call) => Reply, status = 200) {
  const { private: key, cert } = await certificate();
  const calls: Call[] = [];
  const server = createServer({ key, cert }, async (incoming, outgoing) => {
    const gzip = incoming.headers['content-encoding'] === 'gzip';
    const chunks = await Array.fromAsync(incoming as AsyncIterable<Buffer>);
    const bytes = Buffer.concat(chunks);
    const call = {
      path: incoming.url ?? '',
      body: JSON.parse((gzip ? gunzipSync(bytes) : bytes).toString()) as JsonObject,
      nodeKey: incoming.headers.authorization?.replace('NodeKey ', ''),
    };
    calls.push(call);
    const answer = reply(call);
    if (answer === undefined) incoming.socket.destroy();
    else
      outgoing.writeHead(status).end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const certificates = join(temporaryFolder(), 'server.pem');
  writeFileSync(certificates, cert);
  return {
    hostname: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    certificates,
    calls,
    /** What was posted to a path so far. */
    to: (path: string) => calls.filter((call) => call.path === path).map(({ body }) => body),
  };
}

const certificate = () =>
  generate([{ name: 'commonName', value: 'test' }], {
    keyType: 'ec',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  });
