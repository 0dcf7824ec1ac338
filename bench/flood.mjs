// Writes NDJSON lines of about 300 bytes to stdout, as fast as the reader takes them.
import { once } from 'node:events';

const lines = Number(process.argv[2] ?? 100_000);
const BLOCK = 500;

for (let at = 0; at < lines; at += BLOCK) {
  let block = '';
  for (let index = at; index < Math.min(at + BLOCK, lines); index++) {
    block += `${JSON.stringify({
      level: 30,
      time: 1_795_363_200_123 + index,
      msg: 'request completed',
      request: {
        method: 'POST',
        path: `/users/user-${index}/basket`,
        client: { address: '127.0.0.1', port: 51_234 },
      },
      response: { status: 200, bytes: 123 },
      duration_ms: 12.5,
      user: `user-${index}`,
      pet: `pet-${index % 97}`,
      note: 'a line like any other',
    })}\n`;
  }
  if (!process.stdout.write(block)) await once(process.stdout, 'drain');
}
