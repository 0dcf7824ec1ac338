import {
  createServer,
  request,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { pipeline } from 'node:stream';
import type { EngineAddress } from './engine.ts';

/** All that may be asked: nothing that changes anything, nothing that reaches into a container. */
const ALLOWED =
  /^(?:\/v\d{1,2}\.\d{1,3})?\/(?:_ping|version|events|containers\/json|containers\/[A-Za-z0-9][\w.-]*\/(?:json|logs|stats))(?:\?[^#]*)?$/;

/**
 * A server that passes on to a Docker engine what reads logs, figures and events, and
 * refuses everything else with 403: who can reach the engine itself can do
 * anything on the machine.
 */
export function dockerProxy(engine: EngineAddress): Server {
  return createServer((incoming, outgoing) => {
    const { method, url = '' } = incoming;
    if (method !== 'GET' || !ALLOWED.test(url)) return refuse(incoming, outgoing);
    const asked = request({ ...engine, path: url, headers: { host: 'docker' }, agent: false });
    asked.once('response', (answer) => {
      const { 'content-type': type } = answer.headers;
      outgoing.writeHead(
        answer.statusCode ?? 502,
        type === undefined ? {} : { 'content-type': type },
      );
      // Who follows wants to know at once that nothing has come yet.
      outgoing.flushHeaders();
      pipeline(answer, outgoing, () => asked.destroy());
    });
    asked.once('error', (error) => {
      if (outgoing.headersSent) outgoing.destroy();
      else say(outgoing, 502, `the engine does not answer: ${error.message}`);
    });
    outgoing.once('close', () => asked.destroy());
    asked.end();
  });
}

function refuse(incoming: IncomingMessage, outgoing: ServerResponse): void {
  incoming.resume();
  say(
    outgoing,
    403,
    `only logs, figures, events and the list of containers can be read here (GET)`,
  );
}

/** As the engine says its errors. */
function say(outgoing: ServerResponse, status: number, message: string): void {
  outgoing
    .writeHead(status, { 'content-type': 'application/json' })
    .end(`${JSON.stringify({ message })}\n`);
}
