import { basename, dirname } from 'node:path';
import { instanceId } from '../log/wire.ts';

/** What a resource is made of: the environment, the entry file, and this process. */
export interface Origin {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Path of the program that was started. */
  readonly entry: string;
  readonly host: string;
  readonly pid: number;
  /** Unix seconds. */
  readonly startedSeconds: number;
}

/**
 * Who this process is, flat and with OpenTelemetry's names. The name is
 * OTEL_SERVICE_NAME, else ONELOG_NODE, else the entry file's folder. Whoever
 * started this process knows its instance by ONELOG_NODE and ONELOG_STARTED
 * (Unix seconds); without them it names itself in the same form.
 */
export function serviceResource({ env, entry, host, pid, startedSeconds }: Origin) {
  const node = env['ONELOG_NODE'] || basename(dirname(entry));
  const started = Number(env['ONELOG_STARTED'] || startedSeconds);
  return {
    'service.name': env['OTEL_SERVICE_NAME'] || node,
    'service.instance.id': instanceId(node, host, pid, started),
  };
}
