/**
 * What an error's words say of the system below the program: `refused`, `reset`,
 * `timeout`, `unreachable`, `memory`, `disk`, `unavailable`; `none` for an error
 * that is the program's own.
 */
export type Trouble =
  | 'refused'
  | 'reset'
  | 'timeout'
  | 'unreachable'
  | 'memory'
  | 'disk'
  | 'unavailable'
  | 'none';

/** By errno's names, gRPC's status codes, HTTP's, and the words of common libraries; the first that fits. */
const WORDS: readonly (readonly [Trouble, RegExp])[] = [
  ['refused', /ECONNREFUSED|connection refused/i],
  [
    'reset',
    /ECONNRESET|EPIPE|ECONNABORTED|UND_ERR_SOCKET|socket hang up|other side closed|broken pipe|connection (?:was )?(?:reset|closed|aborted)/i,
  ],
  [
    'timeout',
    /ETIMEDOUT|ESOCKETTIMEDOUT|UND_ERR_\w*TIMEOUT|TimeoutError|DEADLINE_EXCEEDED|timed? ?out|\b(?:408|504)\b/i,
  ],
  ['unreachable', /EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|no route to host|unknown host/i],
  ['memory', /ENOMEM|OutOfMemory|out of memory|heap limit/i],
  ['disk', /ENOSPC|EDQUOT|EROFS|\bEIO\b|no space left|read-only file system/i],
  ['unavailable', /unavailable|\b(?:502|503)\b|bad gateway/i],
];

export function troubleOf(words: string): Trouble {
  return WORDS.find(([, pattern]) => pattern.test(words))?.[0] ?? 'none';
}
