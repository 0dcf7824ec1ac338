import { expect, test } from 'vitest';
import {
  decimal,
  httpUrl,
  logStyle,
  parseOptions,
  port,
  wholeNumber,
} from '../../services/options.ts';

const options = {
  port: { ...port, default: '9090' },
  rate: { schema: decimal(0, 1), default: '0.2', help: '' },
  seed: { schema: wholeNumber(0, 9), default: '1', help: '' },
  url: { schema: httpUrl, default: 'http://127.0.0.1:8080', help: '' },
  'log-style': logStyle,
};

test('options not given have their defaults, of the right type', () => {
  expect(parseOptions(options, ['--rate', '1', '--log-style=text'])).toEqual({
    port: 9090,
    rate: 1,
    seed: 1,
    url: 'http://127.0.0.1:8080',
    'log-style': 'text',
  });
});

test('help is all that is heard when it is asked for', () => {
  expect(parseOptions(options, ['--help', '--port', 'abc'])).toBe('help');
});

test.each([
  [['--port', 'abc'], '--port must be a whole number from 0 to 65535, not "abc"'],
  [['--port', '65536'], '--port must be a whole number from 0 to 65535, not "65536"'],
  [['--seed', '1.5'], '--seed must be a whole number from 0 to 9, not "1.5"'],
  [['--rate', '20%'], '--rate must be a number from 0 to 1, not "20%"'],
  [['--rate', '2'], '--rate must be a number from 0 to 1, not "2"'],
  [['--url', 'localhost:8080'], '--url must be a URL such as http://127.0.0.1:8080'],
  [['--url', 'ftp://x'], '--url must be a URL such as http://127.0.0.1:8080'],
  [['--log-style', 'xml'], '--log-style must be json or text, not "xml"'],
  [['--delay', '1'], "'--delay'"],
  [['--seed'], "'--seed <value>' argument missing"],
  [['stray'], "'stray'"],
])('%j is refused with what was expected and what came', (args, message) => {
  expect(() => parseOptions(options, args)).toThrow(message);
});
