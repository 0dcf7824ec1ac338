/** Writes more than a terminal holds; when that is full it makes the file it was told, and ends when all is taken. */
import { writeFileSync } from 'node:fs';
import { terminalStream } from '../../runner/terminal-stream.ts';

const stream = terminalStream();
if (stream) {
  for (let line = 0; line < 20_000; line++) stream.write(`line ${line}\n`);
  writeFileSync(process.argv[2] ?? '', String(stream.writableLength));
} else process.stdout.write('no terminal');
