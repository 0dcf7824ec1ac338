/** Gives a node of the lab one command now and another at its end, over the control socket. Started by ../worker.ts. */
import { request } from 'node:http';
import process from 'node:process';

interface Order {
  readonly forMs: number;
  readonly socketPath: string;
  /** Of the node's stdin. */
  readonly path: string;
  readonly first: string;
  readonly last: string;
}

/** A lab that does not answer is gone. */
const TIMEOUT_MS = 2_000;

process.once('message', (message) => {
  const { forMs, socketPath, path, first, last } = message as Order;
  const tell = (line: string): Promise<string> =>
    new Promise((resolve) => {
      const outgoing = request(
        { socketPath, path, method: 'POST', timeout: TIMEOUT_MS },
        (answer) => {
          let text = '';
          answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
          answer.on('end', () => resolve(answer.statusCode === 200 ? '' : text));
        },
      );
      outgoing.on('timeout', () => outgoing.destroy());
      outgoing.on('error', (error) => resolve(error.message));
      outgoing.end(line);
    });
  const leave = (): void => void tell(last).then(() => process.exit());
  process.once('disconnect', leave);
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.once(name, leave);
  setTimeout(leave, forMs);
  void tell(first).then((trouble) => process.send?.(trouble));
});
