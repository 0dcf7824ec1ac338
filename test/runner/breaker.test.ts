import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../runner/config.ts';
import { onelog, script, storedFirehose, temporaryFolder } from '../onelog.ts';

/** Fails three times within spans of its own, says what it is told, and ends once the circuit is closed again. */
const SHOP = script(`
  const say = (log) => console.log(JSON.stringify(log));
  const ids = (n) => ({ trace_id: String(n).padStart(32, 'a'), span_id: String(n).padStart(16, 'b') });
  for (const n of [1, 2, 3]) {
    say({ msg: 'span start', ...ids(n), span_name: 'pay', span_kind: 'server', start_time_unix_nano: '1795363200000000000' });
    say({ msg: 'refused', ...ids(n), error: { reason: 'InvalidPayment' } });
  }
  process.stdin.on('data', (line) => {
    const { command } = JSON.parse(line);
    say({ msg: 'told', command });
    if (command === 'RestoreCircuit') { say({ msg: 'paid', ...ids(4) }); process.exit(); }
  });
`);

const run = (cwd: string, config: object) => {
  writeFileSync(join(cwd, 'config.json'), JSON.stringify(config));
  return onelog(cwd, ['run', '-c', 'config.json', '--page-port', '0', '--jaeger', 'embedded']);
};

describe('a circuit breaker', () => {
  test('reads the log, commands its node, and tells of it in lines and spans', async () => {
    const cwd = temporaryFolder();
    const shop = {
      bad: 'log.error.reason == InvalidPayment',
      good: 'log.msg == paid',
      half_open_seconds: 0.2,
    };
    const { exitCode, stderr } = await run(cwd, { nodes: { shop: SHOP }, breakers: { shop } });
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    const entries = storedFirehose(cwd);
    const told = entries
      .filter(({ log }) => log['msg'] === 'told')
      .map(({ log }) => log['command']);
    expect(told).toEqual(['BreakCircuit', 'RestoreCircuit']);
    const said = entries.filter(({ log }) => String(log['msg']).startsWith('circuit'));
    expect(said.map(({ node, log }) => [node, log['msg'], log['node'], log['sent']])).toEqual([
      ['driver', 'circuit broken', 'shop', true],
      ['driver', 'circuit half-open', 'shop', true],
      ['driver', 'circuit closed', 'shop', undefined],
    ]);
    // They stand behind what brought them about.
    expect(entries.map(({ ts }) => ts)).toEqual(
      entries.map(({ ts }) => ts).toSorted((a, b) => a - b),
    );

    const { stdout } = await onelog(cwd, ['spans', join('.onelog', 'firehose.ndjson')]);
    const spans = stdout.split('\n').map((line) => JSON.parse(line) as Record<string, string>);
    const system = spans.filter(({ resource }) => JSON.stringify(resource).includes('"system"'));
    expect(
      system.map(({ name, parentSpanId }) => `${name} ${parentSpanId?.replaceAll('b', '')}`),
    ).toEqual([
      ...[1, 2, 3].map((n) => `circuit broken ${n}`),
      ...[1, 2, 3].map((n) => `circuit half-open ${n}`),
      'circuit closed 4',
    ]);
  });

  test('around a node that is not started is refused', async () => {
    const config = { breakers: { web: { bad: 'a', good: 'b' } } };
    expect(await run(temporaryFolder(), config)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(
        'breakers.web: expected a node that is started (payment, petstore, shoppers)',
      ),
    });
  });

  test.each<[string, object, string]>([
    [
      'of lines that are no lens',
      { bad: 'log.a ==', good: 'b' },
      ':1:32: breakers.petstore.bad: Expected a value after ==',
    ],
    ['that cannot count', { bad: 'a', good: 'b', threshold: 0 }, 'breakers.petstore.threshold'],
    ['with a misspelt key', { bad: 'a', good: 'b', after: 3 }, 'after'],
  ])('%s is refused with the place', (_what, petstore, sentence) => {
    const file = join(temporaryFolder(), 'config.json');
    writeFileSync(file, JSON.stringify({ breakers: { petstore } }));
    expect(() => readConfig(file)).toThrow(sentence);
  });
});
