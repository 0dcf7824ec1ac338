import { filter } from '../log/filter.ts';
import { levelNumber } from '../log/level.ts';
import { colourDepth } from './colour.ts';
import { FirehoseConsole } from './console.ts';
import { terminalStream } from './terminal-stream.ts';
import { UserError } from './user-error.ts';

/** What the user said of the console. */
export interface ConsoleOptions {
  readonly format?: 'text' | 'json';
  readonly only?: readonly string[];
  readonly grep: readonly string[];
  readonly level?: string;
}

/**
 * The console on stdout: text for people on a terminal, NDJSON when piped.
 * Throws a UserError for a filter or level that is none.
 */
export function openConsole(
  { format, only, grep, level }: ConsoleOptions,
  onDrain: () => void,
  onClosed: (reason: string) => void,
): FirehoseConsole {
  const isTerminal = process.stdout.isTTY;
  const console = new FirehoseConsole({
    stream: terminalStream() ?? process.stdout,
    isTerminal,
    format: format ?? (isTerminal ? 'text' : 'json'),
    colour: colourDepth(process.env, isTerminal),
    ...(only !== undefined && { only }),
    grep: grep.map(parseFilter),
    ...(level !== undefined && { level: parseLevel(level) }),
    onClosed: (error) => onClosed(`nobody reads stdout: ${error.message}`),
  });
  console.onDrain(onDrain);
  return console;
}

function parseFilter(text: string): ReturnType<typeof filter> {
  try {
    return filter(text);
  } catch (error) {
    throw new UserError(`--grep ${JSON.stringify(text)}: ${(error as Error).message}`);
  }
}

function parseLevel(text: string): number {
  const level = levelNumber(/^\d+$/.test(text) ? Number(text) : text);
  if (level === undefined) {
    throw new UserError(
      `--level: expected trace, debug, info, warn, error, fatal or a number, not ${JSON.stringify(text)}`,
    );
  }
  return level;
}
