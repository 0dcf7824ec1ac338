import type { JsonObject } from '../../log/entry.ts';

/** Looks at a part of the system. */
export interface Probe {
  /** Of the node and stream that its lines get. */
  readonly name: string;
  /**
   * Takes one look, in at most a few ms. Gives undefined where there is nothing to
   * tell: at the first look of what is told by difference, or if it is too early
   * for another. Throws if it cannot look.
   * @param seconds since the last look that told something, or the first; 0 at the first
   */
  look(seconds: number): JsonObject | undefined;
  /** Lets go of what it holds. */
  close?(): void;
}

export interface SamplerOptions {
  readonly probes: readonly Probe[];
  readonly everyMs: number;
  /** Unix time in microseconds. */
  readonly nowMicros: () => number;
  /** Gets each line: `interval` in Unix seconds, then what the probe told. */
  readonly sink: (name: string, log: JsonObject) => void;
  /** Told once of a probe that cannot look; it is not asked again. */
  readonly onTrouble: (name: string, error: Error) => void;
}

/**
 * Has each probe look at the system time and again, and passes on what they
 * tell, each with the interval from the look before. While it is paused nobody
 * looks, and the next interval is the longer.
 */
export class Sampler {
  readonly #options: SamplerOptions;
  /** Each probe that can look, and when it looked last. */
  readonly #lastMicros = new Map<Probe, number | undefined>();
  #timer: NodeJS.Timeout | undefined;
  #isPaused = false;

  constructor(options: SamplerOptions) {
    this.#options = options;
    for (const probe of options.probes) this.#lastMicros.set(probe, undefined);
  }

  /** Looks at once, and from then on. */
  start(): void {
    this.look();
    this.#timer = setInterval(() => {
      if (!this.#isPaused) this.look();
    }, this.#options.everyMs);
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
  }

  close(): void {
    clearInterval(this.#timer);
    for (const probe of this.#lastMicros.keys()) probe.close?.();
    this.#lastMicros.clear();
  }

  /** One look of each probe. */
  look(): void {
    const { nowMicros, sink, onTrouble } = this.#options;
    for (const [probe, last] of this.#lastMicros) {
      const now = nowMicros();
      try {
        const told = probe.look(last === undefined ? 0 : Math.max(now - last, 1) / 1e6);
        if (told !== undefined)
          sink(probe.name, { interval: [(last ?? now) / 1e6, now / 1e6], ...told });
        if (told !== undefined || last === undefined) this.#lastMicros.set(probe, now);
      } catch (error) {
        this.#lastMicros.delete(probe);
        probe.close?.();
        onTrouble(probe.name, error as Error);
      }
    }
  }
}
