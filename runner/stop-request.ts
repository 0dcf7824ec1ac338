const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** One Ctrl+C comes twice under npm, from the terminal and from npm: what follows so soon is the same one. */
const SAME_CTRL_C_MS = 400;
/** How often to look whether npm is still there. */
const PARENT_CHECK_MS = 500;

/**
 * Ctrl+C, SIGTERM, a terminal that goes away, stdout closing, or an npm that is
 * gone: the first asks to stop. Ctrl+C after a signal runs `atOnce` and ends this
 * process; a terminal that goes away may say so several times.
 */
export class StopRequest {
  /** Resolves with the reason when asked. */
  readonly asked: Promise<string>;
  reason: string | undefined;
  readonly #resolve: (reason: string) => void;
  readonly #listener: (signal: NodeJS.Signals) => void;
  #firstSignalMs = 0;
  readonly #parentCheck: NodeJS.Timeout | undefined;

  constructor(atOnce: () => void) {
    const { promise, resolve } = Promise.withResolvers<string>();
    this.asked = promise;
    this.#resolve = resolve;
    this.#listener = (signal) => {
      const isSame = Date.now() - this.#firstSignalMs < SAME_CTRL_C_MS;
      if (signal === 'SIGINT' && this.#wasAskedBySignal() && !isSame) {
        atOnce();
        process.exit(130);
      }
      if (this.reason === undefined) this.#firstSignalMs = Date.now();
      this.ask(signal);
    };
    for (const signal of SIGNALS) process.on(signal, this.#listener);
    this.#parentCheck = this.#watchNpm();
  }

  /** npm passes on SIGINT and SIGTERM; what else ends it would leave this process behind. Others may mean to. */
  #watchNpm(): NodeJS.Timeout | undefined {
    if (process.env['npm_lifecycle_event'] === undefined) return undefined;
    const parent = process.ppid;
    return setInterval(() => {
      if (process.ppid !== parent) this.ask('npm is gone');
    }, PARENT_CHECK_MS).unref();
  }

  /** The first reason counts. */
  ask(reason: string): void {
    this.reason ??= reason;
    this.#resolve(reason);
  }

  dispose(): void {
    for (const signal of SIGNALS) process.off(signal, this.#listener);
    clearInterval(this.#parentCheck);
  }

  #wasAskedBySignal(): boolean {
    return this.reason === 'SIGINT' || this.reason === 'SIGTERM';
  }
}
