import { styleText } from 'node:util';

/** Tells the user something on stderr: results and the firehose have stdout to themselves. */
export function say(message: string): void {
  const name = styleText('bold', 'one-log', { stream: process.stderr });
  process.stderr.write(`${name} ${message}\n`);
}
