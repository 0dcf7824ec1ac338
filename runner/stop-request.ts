const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Ctrl+C, SIGTERM, a terminal that goes away, or stdout closing: the first asks
 * to stop, a second signal runs `atOnce` and ends this process.
 */
export class StopRequest {
  /** Resolves with the reason when asked. */
  readonly asked: Promise<string>;
  reason: string | undefined;
  readonly #resolve: (reason: string) => void;
  readonly #listener: (signal: NodeJS.Signals) => void;

  constructor(atOnce: () => void) {
    const { promise, resolve } = Promise.withResolvers<string>();
    this.asked = promise;
    this.#resolve = resolve;
    this.#listener = (signal) => {
      if (this.reason === undefined) {
        this.ask(signal);
        return;
      }
      atOnce();
      process.exit(130);
    };
    for (const signal of SIGNALS) process.on(signal, this.#listener);
  }

  /** The first reason counts. */
  ask(reason: string): void {
    this.reason ??= reason;
    this.#resolve(reason);
  }

  dispose(): void {
    for (const signal of SIGNALS) process.off(signal, this.#listener);
  }
}
