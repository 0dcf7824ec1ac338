import { filter } from '../log/filter.ts';
import { levelNumber } from '../log/level.ts';
import { colourDepth } from './colour.ts';
import { FirehoseConsole, type Console } from './console.ts';
import { SplitConsole } from './split/split-console.ts';
import { terminalStream } from './terminal-stream.ts';
import { UserError } from './user-error.ts';

/** What the user said of the console. */
export interface ConsoleOptions {
  readonly format?: 'text' | 'json';
  readonly only?: readonly string[];
  readonly grep: readonly string[];
  readonly level?: string;
  /** Each node in a pane of its own, where there is a terminal. */
  readonly split?: true;
}

/**
 * The console on stdout: text for people on a terminal, in panes if they want it,
 * NDJSON when piped.
 * Throws a UserError for a filter or level that is none.
 */
export function openConsole(
  { format, only, grep, level, split }: ConsoleOptions,
  onDrain: () => void,
  onClosed: (reason: string) => void,
): Console {
  const isTerminal = process.stdout.isTTY;
  const common = {
    stream: terminalStream() ?? process.stdout,
    colour: colourDepth(process.env, isTerminal),
    ...(only !== undefined && { only }),
    grep: grep.map(parseFilter),
    ...(level !== undefined && { level: parseLevel(level) }),
  };
  if (split === true && isTerminal) {
    return new SplitConsole({
      ...common,
      terminal: process.stdout,
      keyboard: process.stdin.isTTY ? process.stdin : undefined,
      onStop: onClosed,
    });
  }
  const console = new FirehoseConsole({
    ...common,
    isTerminal,
    format: format ?? (isTerminal ? 'text' : 'json'),
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
