import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { startJaeger, type RealJaeger } from '../jaeger.ts';
import { freePorts } from '../free-ports.ts';
import { eventually, onelog, outputOf, temporaryFolder } from '../onelog.ts';

/** What Jaeger's query API says of a trace, as far as it is looked at here. */
interface JaegerTrace {
  readonly spans: readonly {
    readonly operationName: string;
    readonly processID: string;
    readonly references: readonly object[];
  }[];
  readonly processes: Readonly<Record<string, { readonly serviceName: string }>>;
}

const jaeger = await startJaeger();
if ('skip' in jaeger) process.stderr.write(`skipped: the lab with a real Jaeger: ${jaeger.skip}\n`);

describe.skipIf('skip' in jaeger)('the lab with a real Jaeger', () => {
  const real = jaeger as RealJaeger;
  afterAll(() => real.stop());

  test.each(['otlp', 'jaeger'])(
    'shows a checkout as one trace over both services, sent by %s',
    async (exporter) => {
      const cwd = temporaryFolder();
      const [petstore, payment, page] = await freePorts(3);
      const target = exporter === 'otlp' ? real.otlpUrl : real.thriftUrl;
      const lab = onelog(cwd, [
        'run',
        '--traffic',
        '0',
        '--jaeger',
        target,
        '--jaeger-query',
        real.queryUrl,
        '--exporter',
        exporter,
        '--petstore-port',
        `${petstore}`,
        '--payment-port',
        `${payment}`,
        '--page-port',
        `${page}`,
      ]);
      await outputOf(lab, /(payment|petstore) is ready[^]*(payment|petstore) is ready/);
      await shopUntilPaid(`http://127.0.0.1:${petstore}`);
      const traceId = await eventually(() => checkoutIn(join(cwd, '.onelog', 'firehose.ndjson')));
      const trace = await eventually(() => traceOf(real.queryUrl, traceId));
      const embedded = await eventually(() => traceOf(`http://127.0.0.1:${page}`, traceId));
      lab.kill('SIGINT');
      const { exitCode, stderr } = await lab;

      const expected = [
        'payment POST /payments',
        'payment check card',
        'petstore POST /payments',
        'petstore PUT /users/:user/basket',
        'petstore checkout',
        'petstore price basket',
      ];
      expect(operations(trace)).toEqual(expected);
      expect(operations(embedded)).toEqual(expected);
      expect(trace.spans.filter(({ references }) => references.length === 0)).toHaveLength(1);
      expect(stderr).toMatch(/sent \d+ spans to Jaeger\n?$/);
      expect(exitCode).toBe(0);
    },
  );
});

async function shopUntilPaid(url: string): Promise<void> {
  const call = async (method: string, path: string, body?: object): Promise<number> => {
    const init =
      body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    return (await fetch(`${url}${path}`, { method, ...init })).status;
  };
  await call('POST', '/pets', { name: 'Rex', species: 'Dog', price: 4200 });
  await call('PUT', '/users/ann');
  await call('POST', '/users/ann/basket', { name: 'Rex' });
  const card = { number: '4111111111111111', expiry: '12/39', cvc: '123' };
  // One call in five is refused.
  await eventually(async () =>
    (await call('PUT', '/users/ann/basket', { card })) === 200 ? true : undefined,
  );
}

function checkoutIn(log: string): string | undefined {
  return readFileSync(log, 'utf8')
    .split('\n')
    .find((line) => line.includes('"basket checked out"'))
    ?.match(/"trace_id":"([0-9a-f]{32})"/)?.[1];
}

/** The trace, once all of its six spans are there. */
async function traceOf(queryUrl: string, traceId: string): Promise<JaegerTrace | undefined> {
  const response = await fetch(`${queryUrl}/api/traces/${traceId}`);
  if (!response.ok) return undefined;
  const [trace] = ((await response.json()) as { data: JaegerTrace[] }).data;
  return (trace?.spans.length ?? 0) >= 6 ? trace : undefined;
}

const operations = ({ spans, processes }: JaegerTrace): string[] =>
  spans
    .map(({ operationName, processID }) => `${processes[processID]?.serviceName} ${operationName}`)
    .sort();
