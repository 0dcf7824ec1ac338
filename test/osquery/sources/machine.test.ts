import { describe, expect, test } from 'vitest';
import { Iostat } from '../../../osquery/sources/iostat.ts';
import { Pressure } from '../../../osquery/sources/pressure.ts';
import { Vmstat } from '../../../osquery/sources/vmstat.ts';
import { ProcFolder } from './proc-folder.ts';

describe('vmstat', () => {
  test('tells where the CPU time went, what memory is left, and what was counted', () => {
    const proc = new ProcFolder();
    const write = (user: number, idle: number, count: number): void => {
      proc.write(
        'stat',
        `cpu  ${user} 0 10 ${idle} 5 0 0 0 0 0\ncpu0 ${user} 0 10 ${idle} 5 0 0 0 0 0\nintr 7 1 2\nctxt ${count}\nprocs_running 3\nprocs_blocked 1\n`,
      );
      proc.write(
        'vmstat',
        `pswpin ${count}\npswpout 0\npgmajfault ${count}\noom_kill ${count / 100}\n`,
      );
    };
    proc.write(
      'meminfo',
      'MemTotal: 1000 kB\nMemAvailable: 400 kB\nSwapTotal: 20 kB\nSwapFree: 10 kB\n',
    );
    write(100, 200, 100);
    const vmstat = new Vmstat(proc.path, 4096);
    expect(vmstat.look(0)).toBeUndefined();
    write(160, 340, 200);
    const cpu = { user: 0.3, system: 0, iowait: 0, steal: 0, idle: 0.7 };
    expect(vmstat.look(2)).toEqual({
      cpu,
      cores: [cpu],
      context_switches: 50,
      run_queue: 3,
      blocked: 1,
      memory: { total: 1_024_000, available: 409_600 },
      swap: { total: 20_480, free: 10_240, in: 204_800, out: 0 },
      major_faults: 50,
      oom_kills: 1,
    });
  });
});

describe('pressure', () => {
  const text = (some: number, full: number): string =>
    `some avg10=0.00 avg60=0.00 avg300=0.00 total=${some}\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=${full}\n`;

  test('tells the share of the time that was waited', () => {
    const proc = new ProcFolder();
    for (const resource of ['cpu', 'memory', 'io'])
      proc.write(`pressure/${resource}`, text(1_000, 0));
    const pressure = new Pressure(proc.path, '/nowhere');
    expect(pressure.look(0)).toBeUndefined();
    proc.write('pressure/io', text(501_000, 250_000));
    const none = { some: 0, full: 0 };
    expect(pressure.look(2)).toEqual({
      host: { cpu: none, memory: none, io: { some: 0.25, full: 0.125 } },
    });
  });

  test('tells of the own control group too, where that is one of version 2', () => {
    const [proc, groups] = [new ProcFolder(), new ProcFolder()];
    proc.write('self/cgroup', '0::/lab.slice\n');
    for (const resource of ['cpu', 'memory', 'io']) {
      proc.write(`pressure/${resource}`, text(0, 0));
      groups.write(`lab.slice/${resource}.pressure`, text(0, 0));
    }
    const pressure = new Pressure(proc.path, groups.path);
    pressure.look(0);
    groups.write('lab.slice/cpu.pressure', text(1e6, 0));
    expect(pressure.look(1)).toMatchObject({
      host: { cpu: { some: 0 } },
      cgroup: { cpu: { some: 1 } },
    });
  });

  test('cannot look where the kernel does not tell', () => {
    expect(() => new Pressure(new ProcFolder().path, '/nowhere').look(0)).toThrow(/ENOENT/);
  });
});

describe('iostat', () => {
  test('tells rates, waits and how busy a disk was, and nothing of disks never used', () => {
    const proc = new ProcFolder();
    const write = (writes: number, sectors: number, ms: number, busy: number): void =>
      proc.write(
        'diskstats',
        `   7       0 loop0 0 0 0 0 0 0 0 0 0 0 0\n 254       0 vda 10 0 80 5 ${writes} 0 ${sectors} ${ms} 0 ${busy} ${ms}\n`,
      );
    write(100, 8_000, 50, 40);
    const iostat = new Iostat(proc.path);
    expect(iostat.look(0)).toBeUndefined();
    write(140, 12_000, 90, 540);
    expect(iostat.look(2)).toEqual({
      disk: [
        {
          disk_device: 'vda',
          'r/s': 0,
          'w/s': 20,
          'rkB/s': 0,
          'wkB/s': 1_000,
          r_await: 0,
          w_await: 1,
          'aqu-sz': 0.02,
          util: 25,
        },
      ],
    });
  });
});
