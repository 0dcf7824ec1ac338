import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../log/entry.ts';
import { shown, SystemLines, T0 } from './system-lines.ts';

/** An item of a query's result at so many seconds after T0. */
const item = (name: string, seconds: number, more: JsonObject): JsonObject => ({
  name,
  hostIdentifier: 'h',
  unixTime: T0 + seconds,
  epoch: 0,
  counter: 1,
  numerics: false,
  ...more,
});

function events(...items: readonly JsonObject[]): string[] {
  const lines = new SystemLines();
  for (const each of items)
    lines.say(Number(each['unixTime']) - T0 + 0.7, 'osquery', each, 'osquery');
  return lines.end();
}

const sh = { pid: '42', name: 'sh', path: '/bin/sh', parent: '1' };

describe('rows that osquery says were added or removed', () => {
  test('are starts and ends of processes, within the whole seconds between two answers', () => {
    const said = events(
      item('starts', 10, { action: 'added', columns: sh }),
      item('starts', 15, { action: 'removed', columns: sh }),
    );
    expect(said).toEqual([
      'process.start 0–11 sh (pid 42) started',
      'process.exit 10–16 sh (pid 42) ended',
    ]);
  });

  test('are no events in the first answer, which tells what was there', () => {
    expect(events(item('starts', 10, { counter: 0, action: 'added', columns: sh }))).toEqual([]);
  });

  test('may come in a batch, with numbers as texts', () => {
    const batch = { counter: '3', diffResults: { removed: [sh], added: [{ ...sh, pid: 43 }] } };
    expect(events(item('starts', 10, batch))).toEqual([
      'process.exit 0–11 sh (pid 42) ended',
      'process.start 0–11 sh (pid 43) started',
    ]);
  });

  test('are none where a row has changed: it is removed and added then', () => {
    const renamed = { ...sh, name: 'bash', path: '/bin/bash' };
    const other = { ...sh, pid: '43' };
    expect(
      events(
        item('starts', 10, { action: 'added', columns: renamed }),
        item('starts', 10, { action: 'removed', columns: sh }),
        item('starts', 10, { action: 'removed', columns: other }),
      ),
    ).toEqual(['process.exit 0–11 sh (pid 43) ended']);
  });

  test('are told a second later, when all of the answer has come', () => {
    const lines = new SystemLines();
    lines.say(10, 'osquery', item('starts', 10, { action: 'added', columns: sh }), 'osquery');
    lines.say(10.9, 'driver', { tick: true });
    expect(lines.over).toEqual([]);
    lines.say(11.5, 'driver', { tick: true });
    expect(lines.over.map(shown)).toEqual(['process.start 0–11 sh (pid 42) started']);
  });

  test('tell by start_time when a process started', () => {
    const columns = { ...sh, start_time: `${T0 + 8}` };
    expect(events(item('starts', 10, { action: 'added', columns }))).toEqual([
      'process.start 8–9 sh (pid 42) started',
    ]);
  });

  test.each([
    [
      { pid: '9', port: '8080', protocol: '6', address: '0.0.0.0', name: 'nc' },
      'port.opened 0–11 nc (pid 9) began to listen on port 8080',
    ],
    [
      { pid: '-1', port: '8080', protocol: '6', address: '0.0.0.0' },
      'port.opened 0–11 a process (pid unknown) began to listen on port 8080',
    ],
    [{ device: '/dev/sdb1', path: '/data', type: 'ext4' }, 'mount.added 0–11 /data was mounted'],
    [
      { id: 'f', name: '/db', image: 'x', state: 'paused' },
      'container.state 0–11 container db is paused',
    ],
    [{ user: 'ann', tty: 'pts/0', pid: '3', time: '1' }, 'user.login 0–11 ann logged in'],
    [
      { action: 'connect', success: '0', remote_address: '10.0.0.7', remote_port: '443', pid: '9' },
      'network.refused 0–11 a process (pid 9) could not connect to 10.0.0.7:443',
    ],
  ])('of %j', (columns, event) => {
    expect(events(item('q', 10, { action: 'added', columns }))).toEqual([event]);
  });
});

describe('values that osquery tells time and again', () => {
  test('are CPU time that grew, memory, and room on disks', () => {
    const lines = new SystemLines();
    let user = 0;
    for (let second = 5; second <= 100; second += 5) {
      const isOff = second > 75 && second <= 90;
      user += isOff ? 5_000 : 100;
      const process = {
        pid: '7',
        name: 'java',
        start_time: '5',
        user_time: `${user}`,
        system_time: '0',
        resident_size: `${isOff ? 9e8 : 1e8}`,
      };
      const mount = {
        device: '/dev/vda',
        path: '/',
        blocks: '100',
        blocks_available: isOff ? '1' : '50',
      };
      const top = item('top', second, { action: 'snapshot', snapshot: [process] });
      const disk = item('disk', second, { action: 'snapshot', columns: mount });
      lines.say(second, 'osquery', top, 'osquery');
      lines.say(second, 'osquery', disk, 'osquery');
    }
    expect(lines.end().toSorted()).toEqual([
      'cpu.hog 75–96 java (pid 7) used 100 % of a CPU',
      'disk.full 75–96 the file system / is full',
      'memory.growth 75–96 the memory of java (pid 7) rose from 95 MB to 858 MB',
    ]);
  });

  test('count by when they were read where the clock of their host is wrong by more than a day', () => {
    const lines = new SystemLines();
    const wrong = item('starts', -1e6, { action: 'added', columns: sh });
    lines.say(20, 'osquery', wrong, 'osquery');
    expect(lines.end()).toEqual(['process.start 10–21 sh (pid 42) started']);
  });
});
