/** When a node's process is started again after it has ended by itself. */
export interface RestartPolicy {
  readonly when: 'never' | 'on-failure' | 'always';
  /** Restarts one after the other; no more after so many. */
  readonly limit: number;
  /** Before the first restart; doubled for each that follows. */
  readonly delaySeconds: number;
  readonly maxDelaySeconds: number;
}

/** A process that has lived so long was well: its restarts are counted anew. */
const WELL_SECONDS = 60;

/** What is decided about an exit. */
export type Decision =
  | { readonly restart: false; readonly why?: string }
  | { readonly restart: true; readonly delaySeconds: number; readonly attempt: number };

/** Decides about one node's exits, one after the other. */
export class Restarts {
  readonly #policy: RestartPolicy;
  #attempts = 0;

  constructor(policy: RestartPolicy) {
    this.#policy = policy;
  }

  /** @param livedSeconds how long the process ran that has now ended */
  decide(failed: boolean, livedSeconds: number): Decision {
    const { when, limit, delaySeconds, maxDelaySeconds } = this.#policy;
    if (when === 'never' || (when === 'on-failure' && !failed)) return { restart: false };
    if (livedSeconds >= WELL_SECONDS) this.#attempts = 0;
    if (this.#attempts >= limit) {
      return { restart: false, why: `restarted ${limit} times already, the limit` };
    }
    const delay = Math.min(delaySeconds * 2 ** this.#attempts, maxDelaySeconds);
    return { restart: true, delaySeconds: delay, attempt: ++this.#attempts };
  }
}
