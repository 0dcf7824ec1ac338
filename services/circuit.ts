import { Refusal } from './refusal.ts';

/** Seconds after which whoever was refused may come back. */
const RETRY_AFTER = { 'Retry-After': '1' };

/** The refusal of what needs Payment and cannot have it; nothing happened. */
export function unavailable(status: 503 | 504, message: string): Refusal {
  return new Refusal('PaymentUnavailable', status, message, RETRY_AFTER);
}

/** A switch that others throw: while it is broken, payments are refused at once. */
export class Circuit {
  #broken = false;

  break(): void {
    this.#broken = true;
  }

  restore(): void {
    this.#broken = false;
  }

  /** Throws a Refusal while it is broken. */
  pass(): void {
    if (this.#broken) {
      throw unavailable(503, 'the circuit is broken; the command RestoreCircuit closes it again');
    }
  }
}
