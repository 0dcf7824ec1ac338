import { expect, test } from 'vitest';
import { loginRecords } from '../../../../osquery/agent/tables/logged-in-users.ts';

/** One record as utmp(5) of this machine has it. */
function record(
  type: number,
  pid: number,
  user: string,
  tty: string,
  host: string,
  time: number,
): Buffer {
  const isCompact = process.arch === 'x64';
  const bytes = Buffer.alloc(isCompact ? 384 : 400);
  bytes.writeInt16LE(type, 0);
  bytes.writeInt32LE(pid, 4);
  bytes.write(tty, 8);
  bytes.write(user, 44);
  bytes.write(host, 76);
  if (isCompact) bytes.writeInt32LE(time, 340);
  else bytes.writeBigInt64LE(BigInt(time), 344);
  return bytes;
}

test('records are logins with who, where from and since when, without those of init', () => {
  const file = Buffer.concat([
    record(2, 0, 'reboot', '~', '6.18.0', 1_795_000_000),
    record(7, 4711, 'ann', 'pts/0', '192.0.2.7', 1_795_000_100),
    record(5, 1, '', 'tty1', '', 0),
    record(7, 4712, 'a'.repeat(32), 'tty2', '', 1_795_000_200),
    record(99, 4713, '', '', '', 0),
    Buffer.alloc(17), // the file is being written
  ]);
  expect(loginRecords(file)).toEqual([
    { type: 'boot_time', user: 'reboot', tty: '~', host: '6.18.0', time: 1_795_000_000, pid: 0 },
    { type: 'user', user: 'ann', tty: 'pts/0', host: '192.0.2.7', time: 1_795_000_100, pid: 4711 },
    { type: 'user', user: 'a'.repeat(32), tty: 'tty2', host: '', time: 1_795_000_200, pid: 4712 },
    { type: 'unknown', user: '', tty: '', host: '', time: 0, pid: 4713 },
  ]);
});
