import { styleText } from 'node:util';

/** Tells the user something on stderr: results and the firehose have stdout to themselves. */
export function say(message: string): void {
  if (diverted !== undefined) return diverted(message);
  const name = styleText('bold', 'one-log', { stream: process.stderr });
  process.stderr.write(`${name} ${message}\n`);
}

/** What is said goes to `listener` instead, as long as somebody else has the terminal. */
export function divertSay(listener: ((message: string) => void) | undefined): void {
  diverted = listener;
}

let diverted: ((message: string) => void) | undefined;
