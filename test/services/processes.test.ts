/**
 * The services as processes, traced: what is tried here is what the lab sees.
 *
 *     petstore  PUT /users/:user/basket ─ checkout ─┬─ price basket
 *                                                   └─ POST /payments (client)
 *     payment                                             └─ POST /payments (server) ─ check card
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hasLuhnDigit } from '../../instrumentation/mask.ts';
import { card } from './pet-store-app.ts';
import { temporaryFolder } from '../onelog.ts';
import { listening, type Service, start } from './service-process.ts';

interface Line {
  readonly level: number;
  readonly time: number;
  readonly msg: string;
  readonly trace_id?: string;
  readonly span_id?: string;
  readonly parent_span_id?: string;
  readonly span_name?: string;
  readonly span_kind?: string;
  readonly [key: string]: unknown;
}

const parsedLines = ({ lines }: Service): Line[] => lines.map((line) => JSON.parse(line) as Line);

/** A lab of both services; `stop` ends them and gives all they said. */
async function lab({
  style = 'json',
  env = {},
}: { style?: string; env?: Record<string, string> } = {}) {
  const files = { pay: join(temporaryFolder(), 'pay'), pet: join(temporaryFolder(), 'pet') };
  const payment = start('payment', ['--port', '0', '--failure-rate', '0', '--log-style', style], {
    env: { ...env, ONELOG_TRUE_SPANS: files.pay },
  });
  const { url } = await listening(payment);
  const petstore = start(
    'petstore',
    ['--port', '0', '--payment-url', url, '--log-style', style, '--payment-timeout-ms', '2000'],
    { env: { ...env, ONELOG_TRUE_SPANS: files.pet } },
  );
  const { ask } = await listening(petstore);
  const stop = async () => {
    for (const { child } of [petstore, payment]) child.kill('SIGTERM');
    const codes = await Promise.all([petstore.ended, payment.ended]);
    const trueSpans = Object.values(files).flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    );
    return { codes, trueSpans };
  };
  return { petstore, payment, ask, stop };
}

async function buy(ask: Awaited<ReturnType<typeof lab>>['ask'], user: string, pet: string) {
  await ask('POST', '/pets', { name: pet, species: 'Dog', price: 4200 });
  await ask('PUT', `/users/${user}`);
  await ask('POST', `/users/${user}/basket`, { name: pet });
  return ask('PUT', `/users/${user}/basket`, { card });
}

/** The span that a boundary line tells of, in the form of a true span without its resource. */
function spanOf(line: Line): object {
  const {
    level,
    time,
    msg,
    trace_id,
    span_id,
    trace_flags,
    parent_span_id,
    span_name,
    span_kind,
    start_time_unix_nano,
    end_time_unix_nano,
    events,
    links,
    ...same
  } = line;
  expect([level, typeof time, msg, trace_flags, links]).toEqual([
    30,
    'number',
    'span end',
    '01',
    [],
  ]);
  return {
    traceId: trace_id,
    spanId: span_id,
    ...(parent_span_id !== undefined && { parentSpanId: parent_span_id }),
    name: span_name,
    kind: ['', 'internal', 'server', 'client'].indexOf(span_kind ?? ''),
    startTimeUnixNano: start_time_unix_nano,
    endTimeUnixNano: end_time_unix_nano,
    events: (events as { time_unix_nano: string; name: string; attributes: object }[]).map(
      ({ time_unix_nano, ...event }) => ({ timeUnixNano: time_unix_nano, ...event }),
    ),
    links: [],
    lines: [],
    warnings: [],
    ...same,
  };
}

const byId = (spans: object[]) =>
  Object.fromEntries(spans.map((span) => [(span as { spanId: string }).spanId, span]));

describe('the traced services', () => {
  test('tell a checkout as one trace, line by line as it was', async () => {
    const { petstore, payment, ask, stop } = await lab();
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    await buy(ask, 'ada', 'Rex');
    await ask('POST', '/users/ada/basket', { name: 'Nobody' });
    await ask('PUT', '/users/ada', undefined, { traceparent: `00-${traceId}-00f067aa0ba902b7-00` });
    await petstore.line((line) => line.includes(traceId) && line.includes('span end'));
    const { codes, trueSpans } = await stop();
    expect(codes).toEqual([0, 0]);
    const lines = [...parsedLines(petstore), ...parsedLines(payment)];
    const ends = lines.filter(({ msg }) => msg === 'span end');

    const client = ends.find((line) => line.span_kind === 'client');
    const above = (line: Line | undefined): string[] =>
      line === undefined
        ? []
        : [
            `${line.span_kind} ${line.span_name}`,
            ...above(ends.find((other) => other.span_id === line.parent_span_id)),
          ];
    expect(above(ends.find(({ span_name }) => span_name === 'check card'))).toEqual([
      'internal check card',
      'server POST /payments',
      'client POST /payments',
      'internal checkout',
      'server PUT /users/:user/basket',
    ]);
    expect(
      new Set(
        ends.filter((line) => line.trace_id === client?.trace_id).map(({ span_name }) => span_name),
      ).size,
    ).toBe(5);
    expect(ends.find((line) => line.trace_id === traceId)?.parent_span_id).toBe('00f067aa0ba902b7');

    // Every span starts with a line and ends with one that says all that the SDK knows.
    const starts = lines.filter(({ msg }) => msg === 'span start');
    expect(starts.map(({ span_id }) => span_id).sort()).toEqual(
      ends.map(({ span_id }) => span_id).sort(),
    );
    expect(byId(ends.map((line) => spanOf(line)))).toEqual(
      byId(
        trueSpans.map(({ resource, ...span }) => {
          expect(resource).toEqual({
            'service.name': expect.stringMatching(/^(petstore|payment)$/),
            'service.instance.id': expect.stringMatching(/^(petstore|payment)@[^/]+\/\d+\.\d+$/),
          });
          return span;
        }),
      ),
    );
    for (const started of starts) {
      const ended = ends.find(({ span_id }) => span_id === started.span_id);
      const {
        time: _time,
        msg: _msg,
        span_name: _name,
        status: _status,
        attributes,
        ...same
      } = started;
      expect(ended).toMatchObject({
        ...same,
        events: expect.any(Array),
        attributes: attributes as object,
      });
    }
    const reserve = ends.find(
      (line) => line.span_name === 'reserve' && (line['status'] as { code: number }).code === 2,
    );
    expect(reserve?.['events']).toMatchObject([
      { name: 'exception', attributes: { 'exception.type': 'PetDoesNotExistError' } },
    ]);

    // Every other line within a request is in its span, between its start and its end.
    const said = lines.filter(
      ({ msg }) =>
        msg === 'request completed' ||
        msg === 'basket checked out' ||
        msg === 'card charged' ||
        msg === 'request refused',
    );
    expect(said.length).toBeGreaterThan(8);
    for (const line of said) {
      const of = (boundary: string) =>
        lines.findIndex((other) => other.msg === boundary && other.span_id === line.span_id);
      expect(of('span start'), line.msg).toBeGreaterThanOrEqual(0);
      expect(of('span start')).toBeLessThan(lines.indexOf(line));
      expect(of('span end')).toBeGreaterThan(lines.indexOf(line));
      expect(line).toMatchObject({ trace_flags: '01' });
    }
    expect(lines.find(({ msg }) => msg === 'request refused')).toMatchObject({
      level: 40,
      error: {
        type: 'PetDoesNotExistError',
        reason: 'PetDoesNotExist',
        message: expect.any(String),
        stack: expect.any(String),
      },
      user: 'ada',
    });
  });

  test('never tell a card number or a cvc, wherever a client puts them', async () => {
    const { petstore, payment, ask, stop } = await lab();
    await ask('PUT', '/users/ada');
    await ask('POST', '/pets', { name: 'Rex', species: 'Dog', price: 1 });
    await ask('POST', '/users/ada/basket', { name: 'Rex' });
    const digits = fc
      .stringMatching(/^[1-9]\d{11,17}$/)
      .map((body) => body + [...'0123456789'].find((last) => hasLuhnDigit(body + last)));
    const secrets: string[] = [];
    await fc.assert(
      fc.asyncProperty(digits, fc.stringMatching(/^[A-Z]{12}$/), async (number, cvc) => {
        secrets.push(number, cvc);
        const paths = [`/users/${number}`, `/pets?card=${number}`, `/nothing/${number}`];
        for (const path of paths) await ask('PUT', path);
        await ask('GET', '/pets', undefined, { 'user-agent': `card ${number}` });
        for (const sent of [
          { card: { number, expiry: '12/39', cvc: '123' } },
          { card: { number, expiry: '12/39', cvc } },
          { card: { number: `${number}0`, expiry: number, cvc } },
          { card: number },
          { card: [number, cvc], cvc, number },
          { [number]: 1, name: number, cvc },
          { name: number },
          `{"card":{"number":"${number}","cvc":"${cvc}" oops`,
          number,
        ]) {
          await ask('PUT', '/users/ada/basket', sent);
          await ask('POST', '/users/ada/basket', sent);
        }
      }),
      { numRuns: 5 },
    );
    const { trueSpans } = await stop();
    const told = [...petstore.lines, ...payment.lines, JSON.stringify(trueSpans)].join('\n');
    expect(told).toContain('basket checked out');
    expect(secrets.filter((secret) => told.includes(secret))).toEqual([]);
  });

  test('write free text without any id when asked to, and still know users and pets', async () => {
    const { petstore, payment, ask, stop } = await lab({ style: 'text' });
    await buy(ask, 'ada', 'Rex');
    await ask('POST', '/users/ada/basket', { name: 'Rex' });
    const { trueSpans } = await stop();
    const all = [...petstore.lines, ...payment.lines];
    const stacks = all.filter((line) => /^\t|^\w+Error: /.test(line));
    expect(stacks[0]).toBe('PetDoesNotExistError: no pet of the name Rex is for sale');
    expect(stacks[1]).toMatch(/^\tat /);
    for (const line of all.filter((line) => !stacks.includes(line))) {
      expect(line).toMatch(
        /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} (DEBUG|INFO |WARN |ERROR) \[(petstore|payment)\] \S/,
      );
    }
    const text = all.join('\n');
    expect(text).toContain('Rex is now reserved for ada');
    expect(text).toContain('--> PUT /users/ada/basket from 127.0.0.1');
    expect(text).toContain('<-- PUT /users/ada/basket 200');
    expect(text).not.toMatch(/span|trace/i);
    const clientPorts = trueSpans
      .filter(({ kind }) => kind === 2)
      .map(({ attributes }) => (attributes as Record<string, number>)['network.peer.port']);
    const ids = trueSpans.flatMap(({ traceId, spanId }) => [traceId, spanId]);
    expect([...clientPorts, ...ids].length).toBeGreaterThan(20);
    for (const id of [...clientPorts, ...ids]) expect(text).not.toContain(String(id));
  });

  test('do what stdin says, and go on when it ends', async () => {
    const { petstore, payment, ask, stop } = await lab();
    petstore.child.stdin?.end('{"command":"BreakCircuit"}\n');
    payment.child.stdin?.write('{"command":"SetFailureRate","rate":1}\nrubbish\n');
    await petstore.line((line) => line.includes('command accepted'));
    await payment.line((line) => line.includes('command refused'));
    const reply = await buy(ask, 'ada', 'Rex');
    expect(reply).toMatchObject({ status: 503, body: { reason: 'PaymentUnavailable' } });
    expect((await stop()).codes).toEqual([0, 0]);
  });

  test('tell who went away before the answer, and stop whichever signals come', async () => {
    const { petstore, payment, ask, stop } = await lab();
    await ask('POST', '/pets', { name: 'Rex', species: 'Dog', price: 4200 });
    await ask('PUT', '/users/ada');
    await ask('POST', '/users/ada/basket', { name: 'Rex' });
    payment.child.stdin?.write('{"command":"SetDelay","ms":60000}\n');
    await payment.line((line) => line.includes('command accepted'));
    const { url } = await listening(petstore);
    const client = request(`${url}/users/ada/basket`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
    }).on('error', () => {});
    client.end(JSON.stringify({ card }));
    await payment.line((line) => line.includes('span start'));
    client.destroy();
    const aborted = JSON.parse(await petstore.line((line) => line.includes('aborted'))) as Line;
    expect(aborted).toMatchObject({ msg: 'request aborted', level: 40 });
    const end = await petstore.line(
      (line) => line.includes('span end') && line.includes(String(aborted.span_id)),
    );
    expect(JSON.parse(end)).toMatchObject({
      span_name: 'PUT /users/:user/basket',
      status: { code: 2 },
      attributes: { 'error.type': 'aborted' },
    });
    petstore.child.kill('SIGINT');
    expect((await stop()).codes).toEqual([0, 0]);
  });

  test('go by the name and instance that who started them gives', async () => {
    const { stop, ask } = await lab({ env: { ONELOG_NODE: 'shop', ONELOG_STARTED: '1795363100' } });
    await buy(ask, 'ada', 'Rex');
    const { trueSpans } = await stop();
    for (const { resource } of trueSpans) {
      expect(resource).toEqual({
        'service.name': 'shop',
        'service.instance.id': expect.stringMatching(/^shop@[^/]+\/\d+\.1795363100$/),
      });
    }
  });
});

describe('a service', () => {
  test('that is killed comes back as it was, and cuts off a torn event', async () => {
    const store = join(temporaryFolder(), 'events.ndjson');
    const run = () => start('petstore', ['--port', '0', '--store', store], { traced: false });
    const first = run();
    const before = await listening(first);
    await before.ask('POST', '/pets', { name: 'Rex', species: 'Dog', price: 1 });
    await before.ask('PUT', '/users/ada');
    await before.ask('POST', '/users/ada/basket', { name: 'Rex' });
    first.child.kill('SIGKILL');
    await first.ended;
    appendFileSync(store, '{"time":"20');
    const second = run();
    const after = await listening(second);
    expect((await after.ask('GET', '/users/ada/basket')).body['pets']).toMatchObject([
      { name: 'Rex' },
    ]);
    expect(second.lines.some((line) => line.includes('torn line cut off'))).toBe(true);
  });

  test('does not start on a corrupt store, and names the line', async () => {
    const store = join(temporaryFolder(), 'events.ndjson');
    appendFileSync(store, 'oops\n');
    const service = start('petstore', ['--port', '0', '--store', store], { traced: false });
    expect(await service.ended).toBe(1);
    expect(service.lines.join('\n')).toContain(`${store}:1 is no event`);
  });

  test.each(['petstore', 'payment'])('%s says which port is taken, and leaves', async (name) => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const store = join(temporaryFolder(), 'events.ndjson');
    const options = name === 'petstore' ? ['--store', store] : [];
    const service = start(name, ['--port', String(port), ...options], { traced: false });
    expect(await service.ended).toBe(1);
    const failed = service.lines.filter((line) => line.includes('cannot start'));
    expect(failed).toHaveLength(1);
    expect(failed[0]).toContain(`port ${port} of 127.0.0.1 is taken`);
    expect(existsSync(store)).toBe(false);
  });

  test('says what is wrong with its options, or what they are', async () => {
    const services = [
      start('petstore', ['--port', 'abc'], { traced: false }),
      start('payment', ['--help'], { traced: false }),
    ];
    expect(await Promise.all(services.map(({ ended }) => ended))).toEqual([2, 0]);
    expect(services[0]?.lines[0]).toMatch(
      /^petstore: --port must be a whole number .*, not "abc"$/,
    );
    expect(services[1]?.lines.join('\n')).toMatch(/--failure-rate .*\(default 0\.2\)/);
  });
});
