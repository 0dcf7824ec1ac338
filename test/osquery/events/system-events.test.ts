import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../log/entry.ts';
import { parseFirehoseLine } from '../../../log/wire.ts';
import { SystemEvents } from '../../../osquery/events/system-events.ts';
import { check } from '../../property.ts';
import { shown, SystemLines, T0, times } from './system-lines.ts';

const process = (more: JsonObject): JsonObject => ({
  pid: 4711,
  started: 1_795_360_000.5,
  name: 'burn',
  state: 'R',
  cpu: 0,
  rss_growth: 0,
  written: 0,
  ...more,
});
const payment = (more: JsonObject): JsonObject =>
  process({
    pid: 77,
    name: 'node',
    node: 'payment',
    instance: `payment@lab/77.${T0}`,
    wait: 0,
    ...more,
  });
const processes = (...list: JsonObject[]): JsonObject => ({ processes: list, ended: [] });
const vmstat = (idle: number): JsonObject => ({
  cpu: { idle, iowait: 0, steal: 0 },
  cores: [{ idle }, { idle }],
  memory: { total: 8e9, available: 6e9 },
  swap: { in: 0, out: 0 },
  major_faults: 0,
  oom_kills: 0,
});
const port = (more: JsonObject): JsonObject => ({
  tcp: { AttemptFails: 0 },
  ports: [{ port: 8080, node: 'payment', listening: true, is_own: true, waiting: 0, ...more }],
  connections: [],
});

describe('the events of a process', () => {
  test('a process that was not there uses a CPU: from the look before to the first without it', () => {
    const lines = new SystemLines();
    const next = lines.looks(1, 'processes', times(5, processes()));
    const last = lines.looks(next, 'processes', times(4, processes(process({ cpu: 0.98 }))));
    lines.looks(last, 'processes', times(3, processes()));
    expect(lines.end()).toEqual(['cpu.hog 5–10 burn (pid 4711) used 98 % of a CPU']);
    expect(lines.over[0]?.about).toEqual({ host: 'lab', pid: 4711, process: 'burn' });
    expect(lines.over[0]?.lines[0]).toEqual({ instance: `processes@lab/1.${T0}`, seq: 5 });
  });

  test('a node of the lab that works as usual is no event, one that has to wait for a CPU is', () => {
    const lines = new SystemLines();
    const next = lines.looks(1, 'processes', times(20, processes(payment({ cpu: 0.6 }))));
    const last = lines.looks(
      next,
      'processes',
      times(3, processes(payment({ cpu: 0.6, wait: 0.5 }))),
    );
    lines.looks(last, 'processes', times(2, processes(payment({ cpu: 0.6 }))));
    expect(lines.end()).toEqual([
      'cpu.starved 20–24 payment (pid 77) was ready but waited for a CPU 50 % of the time',
    ]);
  });

  test('memory that grows slowly is an event in the end, which is over with the process', () => {
    const lines = new SystemLines();
    const next = lines.looks(1, 'processes', times(3, processes()));
    const growing = processes(process({ rss_growth: 11 * 2 ** 20 }));
    const last = lines.looks(next, 'processes', times(15, growing));
    const { pid, started, name } = process({});
    lines.look(last, 'processes', { processes: [], ended: [{ pid, started, name } as JsonObject] });
    expect(lines.end()).toEqual([
      'memory.growth 4–19 the memory of burn (pid 4711) grew by 150 MB',
      'process.exit 18–19 burn (pid 4711) ended',
    ]);
  });

  test('a stopped process is one from the look before to the look after, and then it goes on', () => {
    const lines = new SystemLines();
    const next = lines.looks(1, 'processes', times(12, processes(payment({ state: 'S' }))));
    const stopped = processes(payment({ state: 'T' }));
    const last = lines.looks(next, 'processes', times(3, stopped));
    const on = processes(payment({ state: 'S' }));
    lines.looks(last, 'processes', [processes(payment({ was_stopped: true })), on, on]);
    expect(lines.end()).toEqual([
      'process.continued 15–16 payment (pid 77) went on',
      'process.stopped 12–16 payment (pid 77) was stopped by a signal',
    ]);
  });
});

describe('the events of the machine', () => {
  test('busy CPUs, and waiting for disks', () => {
    const lines = new SystemLines();
    const pressure = (some: number): JsonObject => ({ host: { io: { some, full: 0 } } });
    for (let second = 1; second <= 15; second++) {
      lines.look(second, 'vmstat', vmstat(0.9));
      lines.look(second, 'pressure', pressure(0.01));
    }
    for (let second = 16; second <= 18; second++) {
      lines.look(second, 'vmstat', vmstat(0));
      lines.look(second, 'pressure', pressure(0.7));
    }
    expect(lines.end()).toEqual([
      "cpu.busy 15–18 the machine's CPUs were busy to 100 % (usually 10 %)",
      'io.pressure 15–18 processes waited for disks 70 % of the time (usually 1 %)',
    ]);
  });

  test('the kernel kills for want of memory', () => {
    const lines = new SystemLines();
    lines.look(1, 'vmstat', { ...vmstat(0.9), oom_kills: 1 });
    expect(lines.end()).toEqual(['oom 0–1 the kernel killed a process for want of memory']);
  });

  test('a disk is written to as it usually is not', () => {
    const lines = new SystemLines();
    const disk = (kB: number): JsonObject => ({ disk: [{ disk_device: 'vda', 'wkB/s': kB }] });
    lines.looks(1, 'iostat', [
      ...times(12, disk(100)),
      ...times(3, disk(80_000)),
      ...times(2, disk(90)),
    ]);
    expect(lines.end()).toEqual([
      'io.writes 12–16 writes to disk vda rose to 78 MB a second (usually 100 KB)',
    ]);
    expect(lines.over[0]?.about).toEqual({ host: 'lab', device: 'vda' });
  });
});

describe('the events of the network', () => {
  test('nobody listens any more, somebody else does, connections wait', () => {
    const lines = new SystemLines();
    const next = lines.looks(1, 'network', times(12, port({})));
    const taken = { pid: 99, process: 'nc', is_own: false };
    lines.looks(next, 'network', [
      port({ listening: false }),
      ...times(2, port(taken)),
      port({ waiting: 30 }),
      ...times(2, port({})),
    ]);
    expect(lines.end().toSorted()).toEqual([
      'network.queue 15–17 30 connections to port 8080 (payment) waited to be accepted',
      'network.refused 12–14 nobody listened on port 8080 (payment): connections to it were refused',
      'port.taken 13–16 nc (pid 99), which is not of the node, listened on port 8080 (payment)',
    ]);
  });

  test('what is told now and then only is of the time before, and waits for the next', () => {
    const lines = new SystemLines();
    const told = (rtt: number): JsonObject => port({ rtt_ms: rtt, counted_seconds: 5 });
    const five = (rtt: number): JsonObject[] => [...times(4, port({})), told(rtt)];
    const usual = times(12, 0.1).flatMap(five);
    lines.looks(1, 'network', [...usual, ...five(80), ...five(90), ...five(0.1), ...five(0.1)]);
    expect(lines.end()).toEqual([
      'network.slow 60–75 round trips at port 8080 (payment) took 90 ms (usually 0.1 ms)',
    ]);
  });

  test('a longer round trip shows in the time after which data are sent again', () => {
    const lines = new SystemLines();
    const usual = times(15, port({ rto_ms: 200 }));
    lines.looks(1, 'network', [
      ...usual,
      ...times(4, port({ rto_ms: 260 })),
      ...times(2, port({ rto_ms: 200 })),
    ]);
    expect(lines.end()).toEqual([
      'network.slow 15–20 round trips at port 8080 (payment) took about 60 ms longer than usual',
    ]);
  });
});

describe('the events of containers', () => {
  test('the engine tells when, with the container and its node', () => {
    const lines = new SystemLines();
    const event = { action: 'oom', container_node: 'web', 'container.name': 'shop-web-1' };
    lines.say(2, 'docker', event, 'docker');
    lines.say(3, 'docker', { ...event, action: 'die', exit_code: 137 }, 'docker');
    lines.say(4, 'docker', { ...event, action: 'exec_create: sh' }, 'docker');
    expect(lines.end()).toEqual([
      'container.oom 2–2 container shop-web-1 ran out of memory',
      'container.die 3–3 container shop-web-1 ended with exit code 137',
    ]);
    expect(lines.over[0]?.about).toEqual({ host: 'lab', container: 'shop-web-1', node: 'web' });
  });

  test('its figures make series', () => {
    const lines = new SystemLines();
    const figures = (memory: number): JsonObject => ({ 'container.name': 'db', cpu: 0.1, memory });
    lines.looks(1, 'docker', [
      ...times(12, figures(1e8)),
      ...times(2, figures(9e8)),
      ...times(2, figures(1e8)),
    ]);
    expect(lines.end()).toEqual([
      'memory.growth 12–15 the memory of container db rose from 95 MB to 858 MB',
    ]);
  });
});

describe('what the runner tells', () => {
  const instance = `payment@lab/77.${T0}`;

  test('a process is killed, and started again', () => {
    const lines = new SystemLines();
    lines.say(1, 'driver', { msg: 'started payment', node: 'payment', instance, pid: 77 });
    lines.say(5, 'payment', { msg: 'card charged' }, 'stdout', 77);
    lines.say(5.2, 'driver', {
      msg: 'exited',
      node: 'payment',
      instance,
      code: null,
      signal: 'SIGKILL',
    });
    lines.say(5.3, 'driver', { msg: 'restarting payment in 1 s', node: 'payment', attempt: 1 });
    lines.say(6.4, 'driver', {
      msg: 'started payment',
      node: 'payment',
      instance: `payment@lab/78.${T0}`,
      pid: 78,
    });
    expect(lines.end()).toEqual([
      'process.start 1–1 payment (pid 77) started',
      'process.signal 5–5.2 payment (pid 77) was ended by SIGKILL',
      'process.restart 5.3–6.4 payment (pid 78) was started again',
    ]);
  });

  test('a port is taken, a breaker opens, a node takes a command', () => {
    const lines = new SystemLines();
    const taken =
      'payment: port 8080 is taken by pid 99 (nc -l): stop what holds it, or use another port';
    lines.say(1, 'driver', { level: 50, msg: taken, node: 'payment' });
    lines.say(2, 'driver', { msg: 'circuit broken', node: 'petstore', from: 'closed', to: 'open' });
    lines.say(
      3,
      'payment',
      { msg: 'command accepted', command: 'SetDelay', ms: 200 },
      'stdout',
      77,
    );
    expect(lines.end()).toEqual([
      'port.taken 1–1 payment could not start: its port 8080 was taken by nc (pid 99)',
      'breaker.open 2–2 circuit broken at petstore',
      'node.command 3–3 payment (pid 77) took the command SetDelay',
    ]);
    expect(lines.over[0]?.about).toEqual({
      host: 'lab',
      node: 'payment',
      port: 8080,
      pid: 99,
      process: 'nc',
    });
    expect(lines.over[2]?.about).toEqual({ host: 'lab', node: 'payment', instance, pid: 77 });
  });
});

describe('the silence of a node', () => {
  test('who wrote each second and does no more is missed, by the time of ticks', () => {
    const lines = new SystemLines();
    for (let second = 0; second < 60; second++) lines.say(second, 'shoppers', { msg: 'buys' });
    for (let second = 60; second < 70; second++) lines.say(second, 'driver', { tick: true });
    expect(lines.machine.open().map(shown)).toEqual([
      'log.silence 59–69 shoppers (pid 1) wrote nothing for 10.0 s (usually at most 1.0 s)',
    ]);
    lines.say(71, 'shoppers', { msg: 'buys' });
    expect(lines.over.map(shown)).toEqual([
      'log.silence 59–71 shoppers (pid 1) wrote nothing for 12.0 s (usually at most 1.0 s)',
    ]);
  });

  test('who wrote at times only, or has ended, is not', () => {
    const lines = new SystemLines();
    for (let second = 0; second < 600; second += 10)
      lines.say(second, 'payment', { msg: 'charged' });
    for (let second = 600; second < 660; second++) lines.say(second, 'shoppers', { msg: 'buys' });
    lines.say(661, 'driver', {
      msg: 'exited',
      node: 'shoppers',
      instance: `shoppers@lab/1.${T0}`,
      code: 0,
    });
    lines.say(615, 'payment', { msg: 'charged' });
    lines.say(700, 'driver', { tick: true });
    expect(lines.end().filter((event) => event.startsWith('log.silence shoppers'))).toEqual([]);
  });
});

describe('the machine of system events', () => {
  test('gives an event that is not over with the id that it will have', () => {
    const lines = new SystemLines();
    lines.looks(1, 'processes', [
      ...times(3, processes()),
      ...times(3, processes(process({ cpu: 1 }))),
    ]);
    const open = lines.machine.open();
    lines.looks(7, 'processes', times(3, processes()));
    expect(open.map(shown)).toEqual(['cpu.hog 3–6 burn (pid 4711) used 100 % of a CPU']);
    expect(lines.over.map(({ id }) => id)).toEqual(open.map(({ id }) => id));
  });

  test('ends what another run of the source left open', () => {
    const lines = new SystemLines();
    lines.looks(1, 'processes', [
      ...times(3, processes()),
      ...times(3, processes(process({ cpu: 1 }))),
    ]);
    lines.look(100, 'processes', processes(), 2);
    expect(lines.over.map(shown)).toEqual(['cpu.hog 3–6 burn (pid 4711) used 100 % of a CPU']);
  });

  test('says the same of a stored log as live', () => {
    const lines = new SystemLines();
    lines.looks(1, 'processes', [
      ...times(3, processes()),
      ...times(3, processes(process({ cpu: 1 }))),
    ]);
    lines.say(8, 'driver', {
      msg: 'exited',
      node: 'a',
      instance: 'a@lab/5.1',
      code: 1,
      signal: null,
    });
    const stored = new SystemEvents();
    const replayed = lines.entries.flatMap(({ text }) =>
      stored.push(parseFirehoseLine(text) ?? raise(text)),
    );
    expect([...replayed, ...stored.end()].map(shown)).toEqual(lines.end());
  });

  test('takes a node that calls itself vmstat for a process, and no other way round', () => {
    const lines = new SystemLines();
    lines.looks(1, 'vmstat', []);
    lines.say(1, 'vmstat', { ...vmstat(0), oom_kills: 3 }, 'stdout');
    expect(lines.end()).toEqual([]);
  });

  test('comes through anything that a line may hold', () => {
    const source = fc.constantFrom(
      'vmstat',
      'pressure',
      'iostat',
      'processes',
      'network',
      'perf',
      'docker',
      'osquery',
      'driver',
    );
    const keys = fc.constantFrom(
      ...'interval cpu cores memory swap host disk processes ended ports tcp connections action columns snapshot diffResults unixTime name pid started node instance msg level port code signal from to symbols samples start_time state blocks blocks_available path'.split(
        ' ',
      ),
    );
    const value = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.double(),
        fc.constantFrom('', 'x'.repeat(5_000), '1e999', '-0', 'NaN', '42', null, true, -1, 1e308),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(keys, tie('value'), { maxKeys: 5 }),
      ),
    })).value;
    check(
      fc.property(
        fc.array(fc.tuple(source, fc.dictionary(keys, value, { maxKeys: 8 })), { maxLength: 40 }),
        (said) => {
          const lines = new SystemLines();
          said.forEach(([node, log], second) => {
            lines.say(second, node, log as JsonObject, node === 'driver' ? 'stdout' : node);
          });
          for (const event of [...lines.over, ...lines.machine.end()]) {
            expect(event.startTimeUnixNano <= event.endTimeUnixNano).toBe(true);
            expect(event.magnitude).toBeGreaterThanOrEqual(0);
            expect(event.summary.length).toBeLessThan(1_000);
            expect(event.lines.length).toBeGreaterThan(0);
          }
        },
      ),
      100,
    );
  });

  test('remembers so many series and no more', () => {
    const lines = new SystemLines();
    for (let look = 1; look <= 15; look++) {
      const disk = Array.from({ length: 200 }, (_, index) => ({
        disk_device: `d${look}-${index}`,
      }));
      lines.look(look, 'iostat', { disk });
    }
    // 15 looks of 200 disks with four series each, of which 2000 are kept.
    expect(lines.machine.dropped).toBe(15 * 200 * 4 - 2_000);
  });
});

function raise(text: string): never {
  throw new Error(`no line of a firehose: ${text}`);
}
