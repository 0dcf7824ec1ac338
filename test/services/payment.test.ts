import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createApp } from '../../services/api.ts';
import { Circuit } from '../../services/circuit.ts';
import { dice } from '../../services/dice.ts';
import { faultOf } from '../../services/payment/card.ts';
import { Payment } from '../../services/payment/payment.ts';
import { paymentRoutes } from '../../services/payment/routes.ts';
import { paymentClient } from '../../services/petstore/payment-client.ts';
import { card } from './pet-store-app.ts';
import { recordingLogger } from './recording-logger.ts';
import { served } from './served.ts';

const now = Date.UTC(2026, 10, 23);

async function bank({ failureRate = 0, seed = 1 } = {}) {
  const log = recordingLogger();
  const circuit = new Circuit();
  const payment = new Payment({ failureRate, roll: dice(seed), now: () => now, circuit, log });
  return { ask: await served(createApp(paymentRoutes(payment), log)), log, circuit, payment };
}

describe('a card', () => {
  test.each([
    ['of 11 digits', { number: '41111111111' }, '12 to 19 digits'],
    ['of 20 digits', { number: '4'.repeat(20) }, '12 to 19 digits'],
    ['of letters', { number: 'visa' }, '12 to 19 digits'],
    ['with a wrong check digit', { number: '4111111111111112' }, 'check digit'],
    ['of month 13', { expiry: '13/39' }, '01 to 12'],
    ['of month 0', { expiry: '00/39' }, '01 to 12'],
    ['of last month', { expiry: '10/26' }, 'expired'],
  ])('%s is not good', (_what, change, fault) => {
    expect(faultOf({ ...card, ...change }, now)).toContain(fault);
  });

  test('is good to the end of its month', () => {
    expect(faultOf({ ...card, expiry: '11/26' }, now)).toBeUndefined();
    expect(faultOf({ ...card, expiry: '11/26' }, Date.UTC(2026, 11, 1))).toContain('expired');
  });
});

describe('Payment', () => {
  test('takes an amount from a good card', async () => {
    const { ask, log } = await bank();
    expect(await ask('POST', '/payments', { card, amount: 42 })).toMatchObject({
      status: 200,
      body: { type: 'PaymentAccepted', amount: 42 },
    });
    expect(JSON.stringify(log.said)).not.toMatch(/4111 1111|987/);
  });

  test('says why it refuses, in the answer and in the log', async () => {
    const { ask, log } = await bank();
    const bad = { ...card, number: '4111111111111112' };
    expect(await ask('POST', '/payments', { card: bad, amount: 42 })).toMatchObject({
      status: 400,
      body: { reason: 'InvalidPayment', message: expect.stringContaining('check digit') },
    });
    expect(log.said.find(({ level }) => level === 'warn')?.error).toMatchObject({
      reason: 'InvalidPayment',
    });
  });

  test('refuses as many as it is told to, and the same ones for the same seed', async () => {
    const statuses = async (seed: number): Promise<number[]> => {
      const { ask } = await bank({ failureRate: 0.2, seed });
      const all: number[] = [];
      for (let index = 0; index < 100; index++) {
        all.push((await ask('POST', '/payments', { card, amount: 1 })).status);
      }
      return all;
    };
    const first = await statuses(7);
    expect(first.filter((status) => status === 400).length).toBeGreaterThan(8);
    expect(first.filter((status) => status === 400).length).toBeLessThan(35);
    expect(await statuses(7)).toEqual(first);
    expect(await statuses(8)).not.toEqual(first);
  });

  test('refuses as many as it is told to, and without a number as many as at the start', async () => {
    const { ask, payment } = await bank({ failureRate: 0 });
    const { SetFailureRate } = payment.commands();
    const status = async (): Promise<number> =>
      (await ask('POST', '/payments', { card, amount: 1 })).status;
    SetFailureRate?.run({ rate: 1 });
    expect(await status()).toBe(400);
    SetFailureRate?.run({});
    expect(await status()).toBe(200);
  });

  test('refuses at once while its circuit is broken', async () => {
    const { ask, circuit } = await bank();
    circuit.break();
    const reply = await ask('POST', '/payments', { card, amount: 1 });
    expect(reply).toMatchObject({ status: 503, body: { reason: 'PaymentUnavailable' } });
    expect(reply.headers.get('retry-after')).toBe('1');
  });

  test.each([
    ['no amount', { card }],
    ['a negative amount', { card, amount: -1 }],
    ['no card', { amount: 1 }],
  ])('does not take %s', async (_what, body) => {
    const { ask } = await bank();
    expect(await ask('POST', '/payments', body)).toMatchObject({
      status: 400,
      body: { reason: 'InvalidRequest' },
    });
  });
});

describe('who asks Payment', () => {
  test.each([
    ['500', 500, 'oops', 503, 'PaymentUnavailable'],
    [
      '400 for no reason',
      400,
      '{"reason":"InvalidRequest","message":"x"}',
      503,
      'PaymentUnavailable',
    ],
    ['400 and rubbish', 400, '<html>', 503, 'PaymentUnavailable'],
    ['a redirect', 302, '', 503, 'PaymentUnavailable'],
    ['a refusal', 400, '{"reason":"InvalidPayment","message":"expired"}', 402, 'InvalidPayment'],
    ['nothing', 'silence', '', 504, 'PaymentUnavailable'],
  ] as const)('and gets %s knows what it means', async (_what, answered, text, status, reason) => {
    const pay = paymentClient(await strange(answered, text), answered === 'silence' ? 20 : 5000);
    await expect(pay({ card, amount: 1 })).rejects.toMatchObject({ status, reason });
  });

  test('and finds nobody there knows that', async () => {
    const gone = createServer().listen(0, '127.0.0.1');
    await once(gone, 'listening');
    const { port } = gone.address() as AddressInfo;
    await once(gone.close(), 'close');
    const pay = paymentClient(`http://127.0.0.1:${port}`, 1000);
    await expect(pay({ card, amount: 1 })).rejects.toMatchObject({
      status: 503,
      reason: 'PaymentUnavailable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });
});

/** A Payment that does what `answer` does. */
async function strange(status: number | 'silence', text = ''): Promise<string> {
  const server = createServer((_request, response) => {
    if (status !== 'silence') response.writeHead(status).end(text);
  }).listen(0, '127.0.0.1');
  onTestFinished(() => server.closeAllConnections());
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
