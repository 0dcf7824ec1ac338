/** The worker of scan-file.ts: scans a file, and sends its blocks as far as they are asked for. */
import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { UserError } from '../user-error.ts';
import type { ScanMessage } from './scan-file.ts';
import { scanHere } from './scan-here.ts';

if (parentPort === null) throw new Error('this is a worker');
const port = parentPort;
const { file, ahead } = workerData as { file: string; ahead: number };
const asked = { blocks: ahead };
port.on('message', () => asked.blocks++);

const send = (message: ScanMessage, memory: ArrayBuffer[] = []): void =>
  port.postMessage(message, memory);

try {
  for await (const block of scanHere(file, (notice) => send({ notice }))) {
    while (asked.blocks === 0) await once(port, 'message');
    asked.blocks--;
    send({ block }, [block.bytes.buffer, block.marks.buffer, block.numbers.buffer]);
  }
  send({ done: true });
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  send({ refused: error.message });
}
port.close();
