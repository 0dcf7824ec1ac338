/**
 * The wire format of the firehose: one JSON object a line, built by
 * concatenation so that a process's own JSON keeps its text (big integers, key
 * order, duplicate keys).
 *
 * `{"ts":1795363200.123456,"node":"petstore","instance":"petstore@lab-1/4711.1795363100","stream":"stdout","seq":42,"log":{…}}`
 */
import { isJsonObject, type JsonObject, type LogEntry } from './entry.ts';

/** The precise name of one process: `node@host/pid.start`, start in Unix seconds. */
export function instanceId(node: string, host: string, pid: number, startSeconds: number): string {
  return `${node}@${host}/${pid}.${startSeconds}`;
}
