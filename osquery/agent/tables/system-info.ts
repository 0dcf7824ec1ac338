import { arch, availableParallelism, cpus, hostname, machine, totalmem } from 'node:os';
import { readLine, readText } from './read-text.ts';
import { columnsOf, type Table } from './table.ts';

/** What the firmware says of the machine; some of it only to root. */
const FIRMWARE = '/sys/class/dmi/id';
const firmware = (name: string): string => readLine(`${FIRMWARE}/${name}`) ?? '';

/** Who this machine is: one row. `uuid` is the hardware's, empty where only root may know it. */
export const systemInfo: Table = {
  name: 'system_info',
  columns: columnsOf(
    `hostname TEXT, uuid TEXT, cpu_type TEXT, cpu_subtype TEXT, cpu_brand TEXT,
    cpu_physical_cores INTEGER, cpu_logical_cores INTEGER, cpu_sockets INTEGER,
    cpu_microcode TEXT, physical_memory BIGINT, hardware_vendor TEXT, hardware_model TEXT,
    hardware_version TEXT, hardware_serial TEXT, board_vendor TEXT, board_model TEXT,
    board_version TEXT, board_serial TEXT, computer_name TEXT, local_hostname TEXT`,
  ),
  rows() {
    const cores = cpus();
    return [
      {
        hostname: hostname(),
        uuid: hardwareUuid(),
        cpu_type: machine() || arch(),
        cpu_brand: cores[0]?.model.trim() ?? '',
        cpu_logical_cores: cores.length || availableParallelism(),
        ...fromCpuinfo(readText('/proc/cpuinfo') ?? ''),
        physical_memory: totalmem(),
        hardware_vendor: firmware('sys_vendor'),
        hardware_model: firmware('product_name'),
        hardware_version: firmware('product_version'),
        hardware_serial: firmware('product_serial'),
        board_vendor: firmware('board_vendor'),
        board_model: firmware('board_name'),
        board_version: firmware('board_version'),
        board_serial: firmware('board_serial'),
        computer_name: hostname(),
        local_hostname: hostname(),
      },
    ];
  },
};

/** The firmware, by name, version and date. */
export const platformInfo: Table = {
  name: 'platform_info',
  columns: columnsOf(
    `vendor TEXT, version TEXT, date TEXT, revision TEXT, extra TEXT, firmware_type TEXT,
    address TEXT, size TEXT, volume_size INTEGER`,
  ),
  rows: () => [
    {
      vendor: firmware('bios_vendor'),
      version: firmware('bios_version'),
      date: firmware('bios_date'),
      revision: firmware('bios_release'),
      firmware_type: 'unknown',
    },
  ],
};

/** As the hardware has it, in upper case; empty where it does not say. */
export const hardwareUuid = (): string => firmware('product_uuid').toUpperCase();

/** A core is told by its socket (`physical id`) and its number in there (`core id`), where the machine has those. */
function fromCpuinfo(text: string) {
  const all = (name: string): string[] =>
    [...text.matchAll(new RegExp(`^${name}\\s*: (.*)$`, 'gm'))].map(([, value = '']) => value);
  const sockets = all('physical id');
  const cores = all('core id').map((core, at) => `${sockets[at]}/${core}`);
  return {
    cpu_subtype: all('model')[0] ?? '0',
    cpu_microcode: all('microcode')[0],
    cpu_sockets: sockets.length === 0 ? -1 : new Set(sockets).size,
    cpu_physical_cores: cores.length === 0 ? cpus().length : new Set(cores).size,
  };
}
