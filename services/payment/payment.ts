import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { maskedNumber } from '../../instrumentation/mask.ts';
import { span } from '../../instrumentation/span.ts';
import type { Charge } from '../charge.ts';
import type { Circuit } from '../circuit.ts';
import { type Command, circuitCommands, command } from '../control.ts';
import type { Logger } from '../logger.ts';
import { Refusal } from '../refusal.ts';
import { faultOf } from './card.ts';

interface Parts {
  /** How many of the good cards are refused, 0 to 1. */
  readonly failureRate: number;
  /** Gives numbers in [0, 1), one for each good card. */
  readonly roll: () => number;
  /** Unix ms. */
  readonly now: () => number;
  readonly circuit: Circuit;
  readonly log: Logger;
}

/** A bank of sorts: it charges good cards, but for those it refuses by chance. */
export class Payment {
  readonly #parts: Parts;
  #failureRate: number;
  #delayMs = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#failureRate = parts.failureRate;
  }

  /** Resolves once the card is charged; rejects with the Refusal InvalidPayment, or PaymentUnavailable while the circuit is broken. */
  async charge({ card, amount }: Charge): Promise<void> {
    const { circuit, log } = this.#parts;
    const about = { card: maskedNumber(card.number), amount };
    circuit.pass();
    log.step('charging card', about);
    if (this.#delayMs > 0) await setTimeout(this.#delayMs);
    span('check card', { 'one_log.amount': amount }, () => this.#check(card));
    log.info('card charged', about);
  }

  /** What it can be told while it runs. */
  commands(): Record<string, Command> {
    return {
      ...circuitCommands(this.#parts.circuit),
      SetDelay: command({
        fields: z.strictObject({ ms: z.int().min(0).max(60_000) }),
        run: ({ ms }) => {
          this.#delayMs = ms;
        },
      }),
      SetFailureRate: command({
        // Without a rate it is again what it was at the start.
        fields: z.strictObject({ rate: z.number().min(0).max(1).optional() }),
        run: ({ rate = this.#parts.failureRate }) => {
          this.#failureRate = rate;
        },
      }),
    };
  }

  #check(card: Charge['card']): void {
    const { now, roll } = this.#parts;
    const fault = faultOf(card, now());
    if (fault !== undefined) throw new Refusal('InvalidPayment', 400, fault);
    if (roll() < this.#failureRate) {
      throw new Refusal('InvalidPayment', 400, 'the bank declined the payment');
    }
  }
}
