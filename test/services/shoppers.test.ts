import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasLuhnDigit } from '../../instrumentation/mask.ts';
import { dice } from '../../services/dice.ts';
import type { Reply } from '../../services/shoppers/client.ts';
import { type Action, clerk, shopper } from '../../services/shoppers/shopper.ts';
import { petStoreApp } from './pet-store-app.ts';
import { listening, start } from './service-process.ts';

/** What somebody asks for in `steps` requests of a real PetStore. */
async function follow(
  ask: Awaited<ReturnType<typeof petStoreApp>>['ask'],
  plan: (
    ask: (method: string, path: string, body?: object) => Promise<Reply>,
  ) => Generator<Action, never, Reply>,
  steps: number,
) {
  const asked: { what: string; status: number; body: unknown }[] = [];
  const person = plan((method, path, body) => ask(method, path, body));
  let action = person.next().value;
  for (let step = 0; step < steps; step++) {
    const reply = await action.run();
    asked.push({ what: action.what, status: reply.status, body: reply.body });
    action = person.next(reply).value;
  }
  return asked;
}

describe('a clerk', () => {
  test('stocks the shop, and not without end', async () => {
    const { ask } = await petStoreApp();
    await follow(ask, (ask) => clerk(ask, dice(1)), 200);
    const pets = (await ask('GET', '/pets')).body['pets'] as { name: string }[];
    expect(pets.length).toBeGreaterThan(10);
    expect(pets.length).toBeLessThanOrEqual(40);
    expect(pets.every(({ name }) => name.startsWith('demo-'))).toBe(true);
  });

  test("leaves other people's pets alone", async () => {
    const { ask } = await petStoreApp();
    await ask('POST', '/pets', { name: 'Mine', species: 'Cat', price: 1 });
    await follow(ask, (ask) => clerk(ask, dice(1)), 200);
    expect(JSON.stringify((await ask('GET', '/pets')).body)).toContain('Mine');
  });
});

describe('a shopper', () => {
  test('asks for nothing malformed, whatever chance says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const { ask, events } = await petStoreApp();
        await follow(ask, (ask) => clerk(ask, dice(seed)), 20);
        const asked = await follow(ask, (ask) => shopper('ada', ask, dice(seed)), 60);
        expect(asked.filter(({ status }) => status >= 400)).toEqual([]);
        expect(events.some(({ type }) => type === 'CheckedOutBasket')).toBe(true);
      }),
      { numRuns: 5 },
    );
  });

  test('pays with good cards, and with a wrong one now and then', async () => {
    const good: boolean[] = [];
    const { ask } = await petStoreApp({
      pay: async ({ card }) => void good.push(hasLuhnDigit(card.number.replaceAll(' ', ''))),
    });
    const roll = dice(5);
    for (let round = 0; round < 10; round++) {
      await follow(ask, (ask) => clerk(ask, roll), 20);
      await follow(ask, (ask) => shopper('ada', ask, roll), 60);
    }
    const share = good.filter((is) => is).length / good.length;
    expect(share).toBeGreaterThan(0.7);
    expect(share).toBeLessThan(1);
  });
});

test('the crowd waits for PetStore, shops there, and stops at once', async () => {
  const petstore = start('petstore', ['--port', '0'], { traced: false });
  const { url } = await listening(petstore);
  const crowd = start('shoppers', ['--petstore', url, '--rate', '200', '--seed', '1'], {
    traced: false,
  });
  await crowd.line((line) => line.includes('"msg":"takes"'));
  petstore.child.kill('SIGKILL');
  await crowd.line((line) => line.includes('waiting for PetStore'));
  const again = start('petstore', ['--port', new URL(url).port], { traced: false });
  await again.line((line) => line.includes('request completed'));
  const told = crowd.lines.length;
  await crowd.line((line) => crowd.lines.indexOf(line) > told && line.includes('"status":200'));
  crowd.child.kill('SIGTERM');
  expect(await crowd.ended).toBe(0);
});
