import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readTraces } from '../../../runner/traces/read-traces.ts';
import { isSpanFile } from '../../../runner/traces/span-file.ts';
import { jaegerTrace } from '../../../spans/jaeger.ts';
import { otlpRequest } from '../../../spans/otlp.ts';
import { writeStoredLog } from '../../../bench/stored-log.ts';
import { temporaryFolder } from '../../onelog.ts';
import { shapedTrace } from '../../spans/flame/shaped-trace.ts';

const OPTIONS = { keeps: 'slim', limit: 100 } as const;

const SPANS = shapedTrace([
  ['00000000000000a1', undefined, 0, 10],
  ['00000000000000a2', '00000000000000a1', 2, 5],
]);

const FILES: Record<string, string> = {
  'ours.ndjson': SPANS.map((span) => `${JSON.stringify(span)}\n`).join(''),
  'otlp.json': JSON.stringify(otlpRequest(SPANS), undefined, 2),
  'jaeger.json': JSON.stringify({ data: [jaegerTrace(SPANS)] }),
};

test.each(Object.entries(FILES))(
  'reads the spans of %s, and knows it from a log',
  async (name, text) => {
    const file = join(temporaryFolder(), name);
    writeFileSync(file, text);
    const { traces } = await readTraces({ file }, {}, OPTIONS);
    const [spans] = traces.values();
    expect(spans?.map(({ spanId, parentSpanId }) => [spanId, parentSpanId])).toEqual([
      ['00000000000000a1', undefined],
      ['00000000000000a2', '00000000000000a1'],
    ]);
    expect(isSpanFile(file)).toBe(true);
  },
);

test('reads the traces of a stored firehose', async () => {
  const log = join(temporaryFolder(), 'firehose.ndjson');
  const { spans } = writeStoredLog(log, 1_000);
  const { traces } = await readTraces({ log }, {}, OPTIONS);
  expect([...traces.values()].flat()).toHaveLength(spans);
  expect(isSpanFile(log)).toBe(false);
});

test.each([
  ['{"menu":[]}', /expected spans as NDJSON .* an object with menu; a log is read by --log/],
  ['hello', /expected JSON in line 1, but got "hello"/],
  ['{"data":[]}', /expected spans, but there are none/],
])('a file with %s is said to be none of spans', async (text, message) => {
  const file = join(temporaryFolder(), 'spans.json');
  writeFileSync(file, text);
  await expect(readTraces({ file }, {}, OPTIONS)).rejects.toThrow(message);
});

async function served(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('asks a Jaeger for the traces of each service, each trace once', async () => {
  const asked: string[] = [];
  const jaeger = await served(({ url = '' }, response) => {
    asked.push(url.replace(/&(?:start|end)=\d+/g, ''));
    response.end(
      url === '/api/services'
        ? '{"data":["shop","bank"]}'
        : JSON.stringify({ data: [jaegerTrace(SPANS)] }),
    );
  });
  const { traces } = await readTraces({ jaeger: `${jaeger}/` }, {}, OPTIONS);
  expect([...traces.values()].map((spans) => spans.length)).toEqual([2]);
  expect(asked).toEqual([
    '/api/services',
    '/api/traces?service=shop&limit=100',
    '/api/traces?service=bank&limit=100',
  ]);
});

test('asks a Jaeger for one trace by its id, and for others where it has none', async () => {
  const jaeger = await served(({ url = '' }, response) => {
    response.statusCode = url.startsWith('/api/traces/') ? 404 : 200;
    response.end(
      url === '/api/services'
        ? '{"data":["shop"]}'
        : JSON.stringify({ data: [jaegerTrace(SPANS)] }),
    );
  });
  const { traces } = await readTraces({ jaeger }, { trace: 'b'.repeat(32) }, OPTIONS);
  expect([...traces.keys()]).toEqual(['a'.repeat(32)]);
});

test('says of a Jaeger that does not answer, or is none, what to do', async () => {
  const other = await served((_, response) => void response.end('<html>'));
  const broken = await served((_, response) => void response.writeHead(500).end('no storage'));
  const readFrom = (jaeger: string): Promise<unknown> => readTraces({ jaeger }, {}, OPTIONS);
  await expect(readFrom('http://127.0.0.1:1')).rejects.toThrow(
    /no Jaeger answers at http:\/\/127.0.0.1:1 \(.+\); --jaeger takes/,
  );
  await expect(readFrom(other)).rejects.toThrow(
    /does not answer as Jaeger's query API does, but with "<html>"/,
  );
  await expect(readFrom(broken)).rejects.toThrow(/answered 500: no storage/);
  await expect(readFrom('jaeger')).rejects.toThrow(/--jaeger: expected the URL/);
});
