/** Time and chance as the exporter needs them, so that a test can be both. */
export interface Clock {
  /** Calls `action` once after `ms`; the function it returns cancels that. */
  after(ms: number, action: () => void): () => void;
  /** From 0 up to but not including 1. */
  random(): number;
}

export const systemClock: Clock = {
  after(ms, action) {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
  random: Math.random,
};
