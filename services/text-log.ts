import { silenceSpanLines } from '../instrumentation/span-lines.ts';
import { stdout } from '../instrumentation/stdout.ts';
import type { Fields, Logger } from './logger.ts';

/** How a sentence words its fields. */
export type Prose = Readonly<Record<string, (fields: Fields) => string>>;

/**
 * A logger that writes traditional free text, times in UTC:
 *
 * `2026-11-23 08:00:00.123 INFO  [petstore] alice put Rex into her basket`
 *
 * There are no trace, span, request or connection ids in it, and span boundary
 * lines are silenced with it. An exception follows its line with its stack.
 */
export function createTextLogger(name: string, prose: Prose): Logger {
  silenceSpanLines();
  const say =
    (level: string) =>
    (msg: string, fields: Fields = {}, error?: Error): void => {
      const text = (prose[msg] ?? plain(msg))(fields);
      const stack = error === undefined ? '' : `\n${stackOf(error)}`;
      stdout.write(`${timestamp()} ${level.padEnd(5)} [${name}] ${text}${stack}\n`);
    };
  return { step: say('DEBUG'), info: say('INFO'), warn: say('WARN'), error: say('ERROR') };
}

const timestamp = (): string => new Date().toISOString().replace('T', ' ').slice(0, -1);

const plain =
  (msg: string) =>
  (fields: Fields): string =>
    Object.entries(fields).reduce(
      (text, [key, value]) =>
        `${text}, ${key} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
      msg,
    );

/** As log4j indents it: by a tab. */
const stackOf = (error: Error): string =>
  (error.stack ?? `${error.name}: ${error.message}`).replaceAll(/\n {4}/g, '\n\t');
