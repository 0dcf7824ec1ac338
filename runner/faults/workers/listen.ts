/** Takes a port as soon as it is free, and answers there as a server that knows nothing. Started by ../worker.ts. */
import { createServer } from 'node:http';
import process from 'node:process';

interface Order {
  readonly forMs: number;
  readonly port: number;
  readonly host: string;
}

/** Between two attempts: shorter than any restart takes. */
const RETRY_MS = 2;

process.once('disconnect', () => process.exit());
process.once('message', (message) => {
  const { forMs, port, host } = message as Order;
  setTimeout(() => process.exit(), forMs);
  const server = createServer((_, response) => response.writeHead(404).end('not found\n'));
  const take = (): void => void server.listen({ port, host });
  server.on('error', () => setTimeout(take, RETRY_MS));
  server.once('listening', () => process.send?.('listening'));
  process.send?.('ready');
  take();
});
