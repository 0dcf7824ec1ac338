import { describe, expect, test } from 'vitest';
import { Refusal } from '../../services/refusal.ts';
import { card, petStoreApp } from './pet-store-app.ts';

const rex = { name: 'Rex', species: 'Dog', price: 4200 };

/** Rex in the basket of ada. */
async function basketOfAda(parts: Parameters<typeof petStoreApp>[0] = {}) {
  const shop = await petStoreApp(parts);
  await shop.ask('POST', '/pets', rex);
  await shop.ask('PUT', '/users/ada');
  await shop.ask('POST', '/users/ada/basket', { name: 'Rex' });
  return shop;
}

test('a shopper buys a pet', async () => {
  const paid: unknown[] = [];
  const { ask, events } = await petStoreApp({ pay: async (charge) => void paid.push(charge) });
  const steps: [string, string, unknown, number, object][] = [
    ['POST', '/pets', rex, 201, { type: 'PetAdded', pet: rex }],
    ['GET', '/pets', undefined, 200, { type: 'Pets', pets: [rex] }],
    ['PUT', '/users/ada', undefined, 200, { type: 'UserLoggedIn', user: 'ada' }],
    [
      'POST',
      '/users/ada/basket',
      { name: 'Rex' },
      201,
      { type: 'AddedToBasket', user: 'ada', name: 'Rex' },
    ],
    ['GET', '/pets', undefined, 200, { type: 'Pets', pets: [] }],
    ['GET', '/users/ada/basket', undefined, 200, { type: 'UserBasket', user: 'ada', pets: [rex] }],
    [
      'DELETE',
      '/users/ada/basket',
      { name: 'Rex' },
      200,
      { type: 'RemovedFromBasket', user: 'ada', name: 'Rex' },
    ],
    [
      'POST',
      '/users/ada/basket',
      { name: 'Rex' },
      201,
      { type: 'AddedToBasket', user: 'ada', name: 'Rex' },
    ],
    [
      'PUT',
      '/users/ada/basket',
      { card },
      200,
      { type: 'CheckedOutBasket', user: 'ada', pets: [rex], amount: 4200 },
    ],
    ['DELETE', '/users/ada', undefined, 200, { type: 'UserLoggedOut', user: 'ada' }],
    ['DELETE', '/_reset', undefined, 200, { type: 'Reset' }],
  ];
  for (const [method, path, sent, status, body] of steps) {
    expect(await ask(method, path, sent)).toMatchObject({ status, body });
  }
  expect(paid).toEqual([{ card, amount: 4200 }]);
  expect(events.map(({ type }) => type)).toHaveLength(8);
});

describe('a checkout', () => {
  test('of an empty basket is accepted for nothing, and nobody is asked to pay', async () => {
    const { ask } = await petStoreApp({ pay: () => Promise.reject(new Error('asked')) });
    await ask('PUT', '/users/ada');
    expect(await ask('PUT', '/users/ada/basket', { card })).toMatchObject({
      status: 200,
      body: { amount: 0, pets: [] },
    });
  });

  test.each([
    [402, 'InvalidPayment', null],
    [503, 'PaymentUnavailable', '1'],
    [504, 'PaymentUnavailable', '1'],
  ] as const)('that gets %d %s leaves the basket as it was', async (status, reason, retryAfter) => {
    const headers = retryAfter === null ? {} : { 'Retry-After': retryAfter };
    const { ask } = await basketOfAda({
      pay: () => Promise.reject(new Refusal(reason, status, 'no', headers)),
    });
    const reply = await ask('PUT', '/users/ada/basket', { card });
    expect(reply).toMatchObject({ status, body: { type: 'Error', reason } });
    expect(reply.headers.get('retry-after')).toBe(retryAfter);
    expect((await ask('GET', '/users/ada/basket')).body['pets']).toEqual([rex]);
  });

  test('is refused at once while the circuit is broken', async () => {
    const { ask, circuit } = await basketOfAda();
    circuit.break();
    const reply = await ask('PUT', '/users/ada/basket', { card });
    expect(reply).toMatchObject({ status: 503, body: { reason: 'PaymentUnavailable' } });
    expect(reply.headers.get('retry-after')).toBe('1');
    circuit.restore();
    expect(await ask('PUT', '/users/ada/basket', { card })).toMatchObject({ status: 200 });
  });

  test('holds the basket fast while Payment is asked; what comes meanwhile takes effect after it', async () => {
    const asked = Promise.withResolvers<void>();
    const payment = Promise.withResolvers<void>();
    const { ask, events } = await basketOfAda({
      pay: () => {
        asked.resolve();
        return payment.promise;
      },
    });
    const first = ask('PUT', '/users/ada/basket', { card });
    await asked.promise;
    const others = [
      ask('PUT', '/users/ada/basket', { card }),
      ask('DELETE', '/users/ada/basket', { name: 'Rex' }),
      ask('DELETE', '/users/ada'),
    ];
    expect((await ask('GET', '/users/ada/basket')).body['pets']).toEqual([rex]);
    expect(await ask('DELETE', '/pets', { name: 'Rex' })).toMatchObject({ status: 404 });
    expect(await ask('PUT', '/users/bob')).toMatchObject({ status: 200 });
    payment.resolve();
    expect(await first).toMatchObject({ body: { type: 'CheckedOutBasket', amount: 4200 } });
    const bodies = (await Promise.all(others)).map(({ body }) => body);
    expect(bodies.some(({ amount }) => amount === 4200)).toBe(false);
    expect(events.find(({ type }) => type === 'CheckedOutBasket')).toMatchObject({
      amount: 4200,
    });
  });

  test('of one of many at once sells every pet once', async () => {
    const { ask, events } = await petStoreApp({ pay: () => Promise.resolve() });
    await ask('POST', '/pets', rex);
    const users = ['ada', 'bob', 'cleo', 'dan'];
    await Promise.all(users.map((user) => ask('PUT', `/users/${user}`)));
    const taken = await Promise.all(
      users.map((user) => ask('POST', `/users/${user}/basket`, { name: 'Rex' })),
    );
    expect(taken.map(({ status }) => status).sort()).toEqual([201, 404, 404, 404]);
    await Promise.all(
      users.flatMap((user) => [1, 2].map(() => ask('PUT', `/users/${user}/basket`, { card }))),
    );
    const amounts = events.map((event) => ('amount' in event ? event.amount : 0));
    expect(amounts.reduce((sum, amount) => sum + amount)).toBe(4200);
  });
});

describe('a bad request', () => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  test.each<[string, number, string, string, string, unknown, Record<string, string>?]>([
    ['a body that is not JSON', 400, 'none from byte', 'POST', '/pets', '{"name" "Rex"}'],
    ['half a body', 400, 'JSON', 'POST', '/pets', '{"name":"R'],
    ['an empty body', 400, 'name: ', 'POST', '/pets', ''],
    ['a body that is a list', 400, 'expected object', 'POST', '/pets', [rex]],
    ['a body that is null', 400, 'expected object', 'POST', '/pets', 'null'],
    ['a negative price', 400, 'price', 'POST', '/pets', { ...rex, price: -1 }],
    ['a price in fractions', 400, 'price', 'POST', '/pets', { ...rex, price: 1.5 }],
    ['a price as text', 400, 'received string', 'POST', '/pets', { ...rex, price: '42' }],
    ['an unknown species', 400, '"Canary"', 'POST', '/pets', { ...rex, species: 'Dragon' }],
    ['an unknown key', 400, 'colour', 'POST', '/pets', { ...rex, colour: 'red' }],
    ['a name of nothing', 400, 'name', 'POST', '/pets', { ...rex, name: '' }],
    ['a name of two lines', 400, 'control', 'POST', '/pets', { ...rex, name: 'Rex\nINFO fake' }],
    ['an endless name', 400, '100', 'POST', '/pets', { ...rex, name: 'x'.repeat(101) }],
    ['a key __proto__', 400, '__proto__', 'POST', '/pets', '{"__proto__":{"name":"Rex"}}'],
    [
      'a body of a form',
      415,
      'application/json',
      'POST',
      '/pets',
      'name=Rex',
      { 'content-type': 'application/x-www-form-urlencoded' },
    ],
    [
      'a strange charset',
      415,
      'UTF-8',
      'POST',
      '/pets',
      '{}',
      { 'content-type': 'application/json; charset=ebcdic' },
    ],
    [
      'a body that is not compressed as said',
      400,
      'headers',
      'POST',
      '/pets',
      '{}',
      { 'content-encoding': 'gzip' },
    ],
    ['10 MB', 413, '65536', 'POST', '/pets', JSON.stringify({ name: 'x'.repeat(10_000_000) })],
    ['a path that is not UTF-8', 400, 'UTF-8', 'PUT', '/users/%ff', undefined],
    ['a user of two lines', 400, 'control', 'PUT', '/users/a%0Ab', undefined],
    [
      'a card without cvc',
      400,
      'card.cvc',
      'PUT',
      '/users/ada/basket',
      { card: { number: '1', expiry: '12/39' } },
    ],
    [
      'a traceparent of rubbish',
      400,
      'traceparent',
      'GET',
      '/pets',
      undefined,
      { traceparent: 'hello' },
    ],
    [
      'a traceparent of a span of zeros',
      400,
      'traceparent',
      'GET',
      '/pets',
      undefined,
      { traceparent: `00-${traceId}-0000000000000000-01` },
    ],
    ['an unknown path', 404, '/pets', 'GET', '/dogs', undefined],
    ['a wrong method', 405, 'GET, POST, DELETE', 'PATCH', '/pets', undefined],
  ])(
    'with %s gets %d and a reason',
    async (_what, status, message, method, path, body, headers) => {
      const { ask, log } = await petStoreApp();
      const reply = await ask(method, path, body, headers);
      expect(reply).toMatchObject({
        status,
        body: { type: 'Error', message: expect.stringContaining(message) },
      });
      expect(JSON.stringify(reply.body)).not.toMatch(/\\n|node_modules|\.ts/);
      const refused = log.said.find(({ msg }) => msg === 'request refused');
      expect(refused).toMatchObject({ level: 'warn', error: { reason: reply.body['reason'] } });
      expect((await ask('GET', '/pets')).body['pets']).toEqual([]);
    },
  );

  test('with a wrong method is told which are right', async () => {
    const { ask } = await petStoreApp();
    const reply = await ask('PUT', '/users/ada/nothing/at/all');
    expect(reply.status).toBe(404);
    expect((await ask('POST', '/users/ada')).headers.get('allow')).toBe('PUT, DELETE');
  });

  test('that hits a fault of ours gets 500, and only the log knows why', async () => {
    const { ask, log } = await petStoreApp({
      append() {
        throw new Error('ENOSPC: no space left on device');
      },
    });
    const reply = await ask('POST', '/pets', rex);
    expect(reply).toMatchObject({ status: 500, body: { reason: 'InternalError' } });
    expect(JSON.stringify(reply.body)).not.toContain('ENOSPC');
    expect(log.said.find(({ level }) => level === 'error')?.error?.message).toContain('ENOSPC');
    expect((await ask('GET', '/pets')).body['pets']).toEqual([]);
  });
});

test('every request is a line: who asked for what, the masked body, and what came of it', async () => {
  const { ask, log } = await basketOfAda();
  await ask('PUT', '/users/ada/basket', { card });
  const line = log.said.findLast(({ msg }) => msg === 'request completed');
  expect(line?.fields).toEqual({
    request: {
      method: 'PUT',
      path: '/users/ada/basket',
      route: '/users/:user/basket',
      client: { address: '127.0.0.1', port: expect.any(Number) },
      bytes: expect.any(Number),
      body: { card: { number: '************1111', expiry: '12/39', cvc: '***' } },
    },
    response: { status: 200, bytes: expect.any(Number) },
    duration_ms: expect.any(Number),
  });
});

test('a refusal is logged with its user and its reason', async () => {
  const { ask, log } = await petStoreApp();
  await ask('DELETE', '/users/ada');
  expect(log.said.find(({ msg }) => msg === 'request refused')).toMatchObject({
    fields: { user: 'ada' },
    error: { reason: 'UserNotLoggedIn' },
  });
});

test('in prod mode there is neither reset nor description', async () => {
  const { ask } = await petStoreApp({ mode: 'prod' });
  expect(await ask('DELETE', '/_reset')).toMatchObject({ status: 404 });
  expect(await ask('GET', '/swagger.json')).toMatchObject({ status: 404 });
});

test('answers say nothing of what made them', async () => {
  const { ask } = await petStoreApp();
  expect((await ask('GET', '/pets')).headers.has('x-powered-by')).toBe(false);
});
