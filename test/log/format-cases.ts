import type { JsonObject } from '../../log/entry.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

/** A line, and what must be found in it; `log` names the fields that matter. */
export interface FormatCase {
  readonly line: string;
  readonly format: string;
  readonly log: JsonObject;
  readonly time: string | number | undefined;
  readonly service: string | undefined;
}

const at = (
  format: string,
  line: string,
  log: JsonObject,
  time?: string | number,
  service?: string,
): FormatCase => ({ line, format, log, time, service });

const json = (
  format: string,
  log: JsonObject,
  time?: string | number,
  service?: string,
): FormatCase => at(format, JSON.stringify(log), log, time, service);

const ISO = '2026-11-23T09:00:00.123Z';
const COMMA = '2026-11-23 09:00:00,123';
const POINT = '2026-11-23 09:00:00.123';

/** One line at least of every format there is. */
export const FORMAT_CASES: readonly FormatCase[] = [
  json(
    'one-log',
    {
      msg: 'span end',
      trace_id: TRACE,
      span_id: SPAN,
      start_time_unix_nano: '1795363200123456000',
      end_time_unix_nano: '1795363200123457000',
    },
    '1795363200123457000',
  ),
  json(
    'pino',
    { level: 30, time: 1_531_171_074_631, pid: 657, hostname: 'lab', msg: 'hello' },
    1_531_171_074_631,
  ),
  json(
    'pino',
    { level: 30, time: 1_531_171_074_631, pid: 657, name: 'shop' },
    1_531_171_074_631,
    'shop',
  ),
  json(
    'bunyan',
    { name: 'shop', hostname: 'lab', pid: 1, level: 30, msg: 'hi', time: ISO, v: 0 },
    ISO,
    'shop',
  ),
  json('winston', { level: 'info', message: 'hi', service: 'shop', timestamp: ISO }, ISO, 'shop'),
  at(
    'winston',
    `info: signed in {"service":"shop","timestamp":"${ISO}"}`,
    { level: 'info', msg: 'signed in', service: 'shop' },
    ISO,
    'shop',
  ),
  json(
    'zap',
    { level: 'info', ts: 1_795_363_200.5, caller: 'shop/main.go:12', msg: 'hi' },
    1_795_363_200.5,
  ),
  at(
    'zap',
    `${ISO}\tINFO\tshop\tshop/main.go:12\tpet added\t{"name": "Rex"}`,
    { level: 'INFO', logger: 'shop', caller: 'shop/main.go:12', msg: 'pet added', name: 'Rex' },
    ISO,
  ),
  at(
    'zap',
    `${ISO}\t\u001b[34mINFO\u001b[0m\tshop/main.go:12\tpet added`,
    { level: 'INFO', caller: 'shop/main.go:12', msg: 'pet added' },
    ISO,
  ),
  json('logrus', { animal: 'walrus', level: 'info', msg: 'emerges', time: ISO }, ISO),
  at(
    'logfmt',
    `time="${ISO}" level=info msg="a \\"walrus\\"" size=10 id=007 started`,
    { level: 'info', msg: 'a "walrus"', size: 10, id: '007', started: true },
    ISO,
  ),
  json(
    'json',
    { '@timestamp': ISO, 'log.level': 'INFO', message: 'hi', 'service.name': 'shop' },
    ISO,
    'shop',
  ),
  json(
    'json',
    { severity: 'INFO', message: 'hi', timestamp: ISO, resource: { 'service.name': 'shop' } },
    ISO,
    'shop',
  ),
  json(
    'json',
    { instant: { epochSecond: 1_795_363_200, nanoOfSecond: 5_000_000 }, message: 'hi' },
    '1795363200.005000000',
  ),
  json('json', { text: 'x', record: { time: { timestamp: 1_795_363_200.5 } } }, 1_795_363_200.5),
  at(
    'journald > json',
    JSON.stringify({
      __REALTIME_TIMESTAMP: '1795363200123456',
      SYSLOG_IDENTIFIER: 'shop',
      MESSAGE: '{"a":1}',
    }),
    { a: 1, SYSLOG_IDENTIFIER: 'shop' },
    '1795363200123456',
    'shop',
  ),
  at(
    'log4j',
    `${POINT} [http-nio-1] INFO  com.shop.Pets - pet added`,
    { level: 'INFO', thread: 'http-nio-1', logger: 'com.shop.Pets', msg: 'pet added' },
    POINT,
  ),
  at(
    'log4j',
    `${COMMA} WARN  [main] com.shop.Pets: pet added`,
    { level: 'WARN', thread: 'main', logger: 'com.shop.Pets', msg: 'pet added' },
    COMMA,
  ),
  at(
    'log4j',
    '09:00:00.123 [main] DEBUG c.s.Pets -- pet added',
    { level: 'DEBUG', logger: 'c.s.Pets', msg: 'pet added' },
    '09:00:00.123',
  ),
  at(
    'log4j',
    `${ISO}  INFO 4711 --- [shop] [           main] [${TRACE}-${SPAN}] c.s.Pets      : pet added`,
    {
      pid: 4711,
      thread: 'main',
      trace_id: TRACE,
      span_id: SPAN,
      logger: 'c.s.Pets',
      msg: 'pet added',
    },
    ISO,
    'shop',
  ),
  at(
    'log4j',
    `${POINT}  INFO [shop,${TRACE},${SPAN},true] 4711 --- [main] c.s.Pets : pet added`,
    { trace_id: TRACE, span_id: SPAN, pid: 4711, thread: 'main', msg: 'pet added' },
    POINT,
    'shop',
  ),
  at(
    'log4j',
    `${POINT}  INFO [shop,,,] 4711 --- [main] c.s.Pets : pet added`,
    { service: 'shop', msg: 'pet added' },
    POINT,
    'shop',
  ),
  at('python', 'INFO:shop.pets:pet added', {
    level: 'INFO',
    logger: 'shop.pets',
    msg: 'pet added',
  }),
  at('python', 'INFO:     10.0.0.1:5 - "GET /pets HTTP/1.1" 200 OK', {
    level: 'INFO',
    msg: '10.0.0.1:5 - "GET /pets HTTP/1.1" 200 OK',
  }),
  at(
    'python',
    `${COMMA} - shop.pets - WARNING - pet added`,
    { level: 'WARNING', logger: 'shop.pets', msg: 'pet added' },
    COMMA,
  ),
  at(
    'text with time',
    `${COMMA} INFO [shop] [pets.py:12] [trace_id=${TRACE} span_id=${SPAN} resource.service.name=shop trace_sampled=True] - pet added`,
    { trace_id: TRACE, span_id: SPAN, msg: 'pet added' },
    COMMA,
    'shop',
  ),
  at(
    'access log',
    '127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /a?b=1 HTTP/1.0" 200 2326',
    {
      client: '127.0.0.1',
      user: 'frank',
      method: 'GET',
      path: '/a?b=1',
      protocol: 'HTTP/1.0',
      status: 200,
      bytes: 2326,
    },
    '10/Oct/2000:13:55:36 -0700',
  ),
  at(
    'access log',
    'shop:443 ::1 - - [10/Oct/2000:13:55:36 -0700] "-" 408 - "-" "a \\"b\\"" 0.120 rt=0.005 uct="0.001"',
    { vhost: 'shop:443', status: 408, user_agent: 'a \\"b\\"', request_time: 0.005, uct: '0.001' },
    '10/Oct/2000:13:55:36 -0700',
  ),
  at(
    'error log',
    '2026/11/23 09:00:00 [error] 123#4: *45 no (111: Connection refused), client: 10.0.0.1, server: shop, request: "GET /pets HTTP/1.1"',
    {
      level: 'error',
      pid: 123,
      connection: 45,
      msg: 'no (111: Connection refused)',
      client: '10.0.0.1',
      request: 'GET /pets HTTP/1.1',
    },
    '2026/11/23 09:00:00',
  ),
  at(
    'error log',
    '[Mon Nov 23 09:00:00.123456 2026] [core:error] [pid 35:tid 43] [client 10.0.0.1:4711] AH00126: Invalid',
    { module: 'core', level: 'error', pid: 35, client: '10.0.0.1:4711', msg: 'AH00126: Invalid' },
    'Mon Nov 23 09:00:00.123456 2026',
  ),
  at(
    'envoy',
    `[${ISO}] "POST /api HTTP/2" 204 - 154 0 226 100 "10.0.35.28" "nsq2http" "cc21" "locations" "tcp://10.0.2.1:80"`,
    {
      method: 'POST',
      path: '/api',
      response_code: 204,
      duration: 226,
      request_id: 'cc21',
      upstream_host: 'tcp://10.0.2.1:80',
    },
    ISO,
  ),
  at(
    'envoy',
    `[${ISO}] "GET / HTTP/1.1" 418 - via_upstream - "-" 0 135 3 1 "-" "curl" "8496" "httpbin:8000" "127.0.0.1:80" inbound|8000|| 1.1.1.1:4 1.1.1.1:8 1.1.1.1:3 sni default`,
    { response_code: 418, duration: 3, request_id: '8496', upstream_cluster: 'inbound|8000||' },
    ISO,
  ),
  json('envoy', { start_time: ISO, method: 'POST', response_code: 204, duration: 226 }, ISO),
  at(
    'syslog',
    "<34>Oct 11 22:14:15 lab su[4711]: 'su root' failed",
    { level: 'crit', facility: 4, host: 'lab', app: 'su', pid: 4711, msg: "'su root' failed" },
    'Oct 11 22:14:15',
    'su',
  ),
  at(
    'syslog',
    `<165>1 ${ISO} lab su - ID47 [a@1 x="1" y="\\"q\\" ]"][b@2 z="2"] failed`,
    {
      level: 'notice',
      msgid: 'ID47',
      'a@1': { x: '1', y: '"q" ]' },
      'b@2': { z: '2' },
      msg: 'failed',
    },
    ISO,
    'su',
  ),
  at(
    'syslog > logrus',
    `${ISO} lab shop[12]: @cee: {"level":"info","msg":"hi","time":"${COMMA}"}`,
    { level: 'info', msg: 'hi', host: 'lab' },
    COMMA,
    'shop',
  ),
  at(
    'klog',
    'I1123 09:00:00.123456       1 file.go:12] "Pet added" name="Rex"',
    { level: 'info', thread: 1, caller: 'file.go:12', msg: '"Pet added" name="Rex"', name: 'Rex' },
    '1123 09:00:00.123456',
  ),
  at(
    'klog',
    'W20261123 09:00:00.123456 4711 file.cc:12] hi',
    { level: 'warn', msg: 'hi' },
    '2026-11-23 09:00:00.123456',
  ),
  at('docker', `{"log":"hello\\n","stream":"stdout","time":"${ISO}"}`, { message: 'hello' }, ISO),
  at(
    'cri > pino',
    `${ISO} stdout F {"level":30,"time":1795363200000,"msg":"hi"}`,
    { msg: 'hi' },
    1_795_363_200_000,
  ),
  at('cri', `${ISO} stderr F hello`, { message: 'hello' }, ISO),
  at(
    'compose > pino',
    'petstore-1  | {"level":30,"time":1795363200000,"msg":"hi"}',
    { msg: 'hi' },
    1_795_363_200_000,
    'petstore',
  ),
  at('compose', '[pod/shop-7c9/petstore] hello', { message: 'hello' }, undefined, 'petstore'),
  at(
    'text with time',
    '2026/11/23 09:00:00 pet added id=7 name="Rex II"',
    { msg: 'pet added id=7 name="Rex II"', id: 7, name: 'Rex II' },
    '2026/11/23 09:00:00',
  ),
  at(
    'text with time',
    `[${ISO} INFO  shop::pets] pet added`,
    { level: 'INFO', logger: 'shop::pets', msg: 'pet added' },
    ISO,
  ),
  at(
    'text with time',
    `${ISO}  INFO shop::pets: pet added {"name":"Rex"}`,
    { level: 'INFO', logger: 'shop::pets', msg: 'pet added', name: 'Rex' },
    ISO,
  ),
  at(
    'text with time',
    `I, [2026-11-23T09:00:00.123456 #4711]  INFO -- : pet added`,
    { level: 'INFO', pid: 4711, msg: 'pet added' },
    '2026-11-23T09:00:00.123456',
  ),
  at(
    'text with time',
    `${POINT} UTC [123] LOG:  statement: select 1`,
    { level: 'info', pid: 123, msg: 'statement: select 1' },
    `${POINT} UTC`,
  ),
  at('text with time', '[09:00:00 INF] pet added', { level: 'info', msg: 'pet added' }, '09:00:00'),
  at(
    'text with time',
    `${POINT} | INFO     | shop.pets:add:12 - pet added`,
    { level: 'INFO', logger: 'shop.pets:add:12', msg: 'pet added' },
    POINT,
  ),
  at('text with time', `${POINT} error while reading`, { msg: 'error while reading' }, POINT),
  at('text with time', `${POINT} 200 OK`, { msg: '200 OK' }, POINT),
  at(
    'text with time',
    `[09:00:00.123] INFO (shop/4711 on lab-1): pet added`,
    { level: 'INFO', pid: 4711, logger: 'shop', msg: 'pet added' },
    '09:00:00.123',
  ),
  at('text with time', `[INFO] ${POINT} pet added`, { level: 'INFO', msg: 'pet added' }, POINT),
  at(
    'text with time',
    `1:M 23 Nov 2026 09:00:00.123 * Ready`,
    { msg: '* Ready' },
    '23 Nov 2026 09:00:00.123',
  ),
  at(
    'text with time',
    `${POINT} ERROR [shop] Failed: no`,
    { level: 'ERROR', thread: 'shop', msg: 'Failed: no' },
    POINT,
  ),
  at(
    'text with time',
    `${POINT} INFO  [shop] --> GET /pets from 127.0.0.1`,
    { level: 'INFO', thread: 'shop', msg: '--> GET /pets from 127.0.0.1' },
    POINT,
  ),
  at('text with time', `[${COMMA}: INFO] pet added`, { level: 'INFO', msg: 'pet added' }, COMMA),
  json('json', { t: { $date: ISO }, s: 'I', msg: 'Listening' }, ISO),
  at('text with time', `${POINT} Startup - done`, { msg: 'Startup - done' }, POINT),
  at('key=value', 'ann logged in ids=1,2,3, order=17 (user="ann b")', {
    message: 'ann logged in ids=1,2,3, order=17 (user="ann b")',
    ids: '1,2,3',
    order: 17,
    user: 'ann b',
  }),
  at(
    'text with JSON',
    'pet added {"name":"Rex","service":"shop"}',
    { message: 'pet added', name: 'Rex' },
    undefined,
    'shop',
  ),
  at('text', 'just words: here', { message: 'just words: here' }),
  at('text', '{"broken":', { message: '{"broken":' }),
];
