import pino from 'pino';
import { stdout } from '../instrumentation/stdout.ts';
import { traceIds } from '../instrumentation/trace-ids.ts';
import { createTextLogger, type Prose } from './text-log.ts';

/** What a happening is about: plain values, masked before they come here. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * Says what happens: a constant sentence `msg`, and what it is about. `step`
 * marks the beginning of something whose end is said too; in JSON the span says
 * it already, so only the text style writes it.
 */
export interface Logger {
  step(msg: string, fields?: Fields): void;
  info(msg: string, fields?: Fields): void;
  warn(msg: string, fields?: Fields, error?: Error): void;
  error(msg: string, fields?: Fields, error?: Error): void;
}

export const LOG_STYLES = ['json', 'text'] as const;

export interface LoggerOptions {
  /** The service's name, which free text carries in brackets. */
  readonly name: string;
  readonly style: (typeof LOG_STYLES)[number];
  /** How free text words what this service says, by `msg`. */
  readonly prose: Prose;
}

/**
 * A logger to stdout. JSON lines are pino's, with `trace_id`, `span_id` and
 * `trace_flags` within a span and an exception as `error: {type, message,
 * stack, reason?}`; text is what an old application would write.
 */
export function createLogger({ name, style, prose }: LoggerOptions): Logger {
  if (style === 'text') return createTextLogger(name, prose);
  const log = pino(
    { base: null, errorKey: 'error', mixin: traceIds, serializers: { error: exception } },
    stdout,
  );
  const say =
    (level: 'info' | 'warn' | 'error') =>
    (msg: string, fields: Fields = {}, error?: Error): void =>
      log[level](error === undefined ? fields : { ...fields, error }, msg);
  return { step() {}, info: say('info'), warn: say('warn'), error: say('error') };
}

function exception(error: Error & { reason?: unknown }): object {
  const { name, message, stack, reason } = error;
  return { type: name, message, stack, ...(reason !== undefined && { reason }) };
}
