import { describe, expect, onTestFinished, test } from 'vitest';
import type { LogEntry } from '../../../log/entry.ts';
import { Firehose } from '../../../log/firehose.ts';
import { DockerEngine } from '../../../runner/docker/engine.ts';
import { rfc3339 } from '../../../runner/docker/log-position.ts';
import { openDocker, type DockerOptions } from '../../../runner/sources/docker.ts';
import { eventually } from '../../onelog.ts';
import { FakeEngine } from '../docker/fake-engine.ts';

async function merge(
  engine: FakeEngine,
  labels: readonly string[] = [],
  more: Partial<DockerOptions> = {},
) {
  const entries: LogEntry[] = [];
  let micros = 0;
  const hose = new Firehose(
    () => ++micros,
    (batch) => void entries.push(...batch.entries),
  );
  const docker = await openDocker(
    new DockerEngine(`unix://${engine.socketPath}`),
    hose,
    hose.source('driver', 'driver@lab/1.1'),
    { labels, fromEnd: false, maxLineBytes: 1_000_000, logs: true, sampleMs: Infinity, ...more },
  );
  onTestFinished(() => docker.close());
  const texts = (node: string): string[] =>
    entries
      .filter((entry) => entry.node === node)
      .map(({ log }) => String(log['message'] ?? log['msg']));
  const has = (node: string, text: string): Promise<true> =>
    eventually(() => (texts(node).some((said) => said.includes(text)) ? true : undefined));
  return { entries, texts, has, docker };
}

async function started(): Promise<FakeEngine> {
  const engine = new FakeEngine();
  await engine.start();
  return engine;
}

describe('onelog run --docker', () => {
  test('merges what containers write, with the times that docker has, by GET alone', async () => {
    const engine = await started();
    const web = engine.run('shop-web-1', { service: 'web' });
    engine.write(web, '{"msg":"up"}');
    const { entries, has } = await merge(engine);
    await has('web', 'up');
    engine.write(web, 'more');
    await has('web', 'more');
    const lines = entries.filter(({ node }) => node === 'web');
    const times = web.log.map(({ nanos }) => rfc3339(nanos));
    expect(lines.map(({ seq, stream, time, log }) => [seq, stream, time, log])).toEqual([
      [0, 'stdout', times[0], { msg: 'up' }],
      [1, 'stdout', times[1], { message: 'more' }],
    ]);
    expect(lines[0]?.instance).toMatch(/^web@shop-web-1\/shop:1\/[\da-f]{12}\.\d{10}$/);
    expect(lines[0]?.text).toContain(`"seq":0,"time":"${times[0]}","log":`);
    expect(engine.asked.filter((request) => !request.startsWith('GET '))).toEqual([]);
  });

  test('without logs tells of events and figures alone', async () => {
    const engine = await started();
    const web = engine.run('shop-web-1', { service: 'web' });
    engine.write(web, 'hello');
    engine.stats = () => ({
      read: '2026-11-22T18:00:01Z',
      preread: '2026-11-22T18:00:00Z',
      memory_stats: { usage: 7, limit: 9 },
    });
    const { entries, has } = await merge(engine, [], { logs: false, sampleMs: 1_000 });
    const figures = (): LogEntry | undefined => entries.find(({ log }) => log['memory'] === 7);
    await eventually(figures);
    engine.die(web, 137);
    await has('docker', 'shop-web-1 die');
    expect(figures()).toMatchObject({
      node: 'docker',
      stream: 'docker',
      log: { container_node: 'web' },
    });
    expect(entries.filter(({ node }) => node === 'web')).toEqual([]);
    expect(engine.asked.filter((path) => path.includes('/logs'))).toEqual([]);
  });

  test('loses and doubles nothing when the engine goes away and comes back', async () => {
    const engine = await started();
    const web = engine.run('web');
    for (let line = 0; line < 10; line++) engine.write(web, `line ${line}`, line % 3 !== 0);
    const { texts, has } = await merge(engine);
    await has('web', 'line 9');
    for (const round of [1, 2]) {
      await engine.goAway();
      await has('driver', 'waiting for it');
      for (let line = 0; line < 10; line++)
        engine.write(web, `line ${round}${line}`, line % 3 !== 0);
      await engine.start();
      await has('web', `line ${round}9`);
    }
    const lines = (prefix: string): string[] =>
      Array.from({ length: 10 }, (_, line) => `line ${prefix}${line}`);
    expect(texts('web')).toEqual([...lines(''), ...lines('1'), ...lines('2')]);
  });

  test('goes on with a container that is started again, as another instance, and says how it ended', async () => {
    const engine = await started();
    const web = engine.run('web');
    engine.write(web, 'first life');
    const { entries, has } = await merge(engine);
    await has('web', 'first life');
    engine.write(web, 'last words');
    engine.die(web, 137);
    await has('driver', 'exited');
    engine.startAgain(web);
    engine.write(web, 'second life');
    await has('web', 'second life');
    const lines = entries.filter(({ node }) => node === 'web');
    expect(lines.map(({ seq, log }) => [seq, log['message']])).toEqual([
      [0, 'first life'],
      [1, 'last words'],
      [0, 'second life'],
    ]);
    const exit = entries.find(({ log }) => log['msg'] === 'exited');
    expect(exit?.log).toMatchObject({ node: 'web', instance: lines[0]?.instance, code: 137 });
    expect(entries.indexOf(exit as LogEntry)).toBeGreaterThan(
      entries.indexOf(lines[1] as LogEntry),
    );
  });

  test('reads containers that start later, and tells what becomes of them', async () => {
    const engine = await started();
    const { entries, has } = await merge(engine, ['shop=1']);
    await has('driver', 'no container with label shop=1 runs; one that starts will be read');
    const late = engine.run('late');
    engine.write(late, 'here');
    await has('late', 'here');
    engine.die(late, 1);
    await has('docker', 'late die');
    const events = entries.filter(({ node }) => node === 'docker');
    expect(events.map(({ stream, time, log }) => [stream, typeof time, log['action']])).toEqual([
      ['docker', 'string', 'start'],
      ['docker', 'string', 'die'],
    ]);
    expect(events[1]?.log).toMatchObject({ level: 40, exit_code: 1, 'container.name': 'late' });
  });

  test('says of a log driver that cannot be read what to do', async () => {
    const engine = await started();
    engine.run('mute', { logDriver: 'none' });
    const { has, texts } = await merge(engine);
    await has('driver', 'its log driver');
    expect(texts('driver')).toContain(
      'mute: its log driver (none) keeps nothing that can be read; start it with --log-driver json-file, local or journald',
    );
  });

  test('says that no engine answers', async () => {
    const engine = new FakeEngine();
    await expect(merge(engine)).rejects.toThrow(
      `no Docker engine answers at unix://${engine.socketPath}: there is no such socket`,
    );
  });

  test('stops reading while it is paused, and loses nothing', async () => {
    const engine = await started();
    const web = engine.run('web');
    const { texts, has, docker } = await merge(engine);
    engine.write(web, 'before');
    await has('web', 'before');
    docker.pause();
    engine.write(web, 'one');
    engine.write(web, 'two');
    docker.resume();
    await has('web', 'two');
    expect(texts('web')).toEqual(['before', 'one', 'two']);
  });
});
