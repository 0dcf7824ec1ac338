/** What an agent asks for. */
export type Endpoint =
  | 'enroll'
  | 'config'
  | 'log'
  | 'read'
  | 'write'
  | 'carve start'
  | 'carve continue';

/** The last words of the paths that agents are known to be given: osquery's own, Fleet's, osctrl's. */
const BY_LAST_WORD: Readonly<Record<string, Endpoint>> = {
  enroll: 'enroll',
  config: 'config',
  log: 'log',
  logger: 'log',
  read: 'read',
  write: 'write',
  init: 'carve start',
  start: 'carve start',
  begin: 'carve start',
  block: 'carve continue',
  continue: 'carve continue',
};

/**
 * An agent's paths are its own settings: any are fine whose last word, after a
 * slash, dash or underscore, says what they are for (`/enroll`,
 * `/api/v1/osquery/distributed/read`, `/distributed_write`). Undefined for
 * others.
 */
export function endpointOf(url: string): Endpoint | undefined {
  const path = url.replace(/[?#].*$/s, '').replace(/\/$/, '');
  const [word = ''] = /(?<=[/_-])[a-z]+$/.exec(path) ?? [];
  return Object.hasOwn(BY_LAST_WORD, word) ? BY_LAST_WORD[word] : undefined;
}
