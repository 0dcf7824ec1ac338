import { setTimeout } from 'node:timers/promises';
import type { Logger } from '../logger.ts';
import type { Ask, Reply } from './client.ts';
import { type Action, clerk, type Roll, shopper } from './shopper.ts';

interface Parts {
  readonly ask: Ask;
  readonly roll: Roll;
  /** Requests a second, of all together. */
  readonly rate: number;
  readonly log: Logger;
}

/** How much of what happens is the clerk's. */
const CLERKS_SHARE = 0.25;
/** Most shoppers at once. */
const MAX_SHOPPERS = 32;
/** Time between two looks whether PetStore is there, in ms. */
const RETRY_MS = 500;
const NAMES = ['ada', 'bob', 'cleo', 'dan', 'eve', 'fay', 'gus', 'hana'];

/** Somebody with a plan: his next action, or none while one is under way. */
interface Person {
  readonly plan: Generator<Action, never, Reply>;
  next: Action | undefined;
}

/**
 * A clerk and shoppers who together make `rate` requests a second, each one at
 * a time, every action a line in the log. Where PetStore does not answer, all
 * wait quietly until it does. Never resolves.
 */
export async function crowd({ ask, roll, rate, log }: Parts): Promise<never> {
  const count = Math.min(MAX_SHOPPERS, Math.max(2, Math.ceil(rate / 4)));
  const people = Array.from({ length: count + 1 }, (_, index): Person => {
    const plan = index === 0 ? clerk(ask, roll) : shopper(nameOf(index - 1), ask, roll);
    return { plan, next: plan.next().value };
  });
  let away = true;
  for (;;) {
    if (away) {
      await untilThere(ask, log);
      away = false;
    }
    const team = roll() < CLERKS_SHARE ? people.slice(0, 1) : people.slice(1);
    const idle = team.filter(({ next }) => next !== undefined);
    const person = idle[Math.floor(roll() * idle.length)];
    if (person !== undefined) {
      void act(person, log).catch(() => {
        away = true;
      });
    }
    await setTimeout((500 + roll() * 1000) / rate);
  }
}

/** One action. One that has no answer is left for later; rejects then. */
async function act(person: Person, log: Logger): Promise<void> {
  const action = person.next;
  if (action === undefined) return;
  person.next = undefined;
  try {
    const { status, body } = await action.run();
    log.info(action.what, {
      ...action.about,
      status,
      ...(body.reason !== undefined && { reason: body.reason }),
    });
    person.next = person.plan.next({ status, body }).value;
  } catch (error) {
    person.next = action;
    throw error;
  }
}

async function untilThere(ask: Ask, log: Logger): Promise<void> {
  for (let waited = false; ; waited = true) {
    try {
      await ask('GET', '/pets');
      return;
    } catch {
      if (!waited) log.info('waiting for PetStore');
      await setTimeout(RETRY_MS);
    }
  }
}

const nameOf = (index: number): string => {
  const round = Math.floor(index / NAMES.length);
  return `${NAMES[index % NAMES.length]}${round === 0 ? '' : round + 1}`;
};
