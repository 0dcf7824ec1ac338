import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { namesIn } from './proc.ts';
import { readLine, readLink, readNumber, readText } from './read-text.ts';
import { columnsOf, type Table, type TableRow } from './table.ts';

const CLASS = '/sys/class/block';

/**
 * Disks and their partitions, from /sys. `size` counts blocks of 512 bytes,
 * whatever `block_size` is. What is on a device (uuid, type, label) is known
 * where udev has written it down: the agent does not read devices.
 */
export const blockDevices: Table = {
  name: 'block_devices',
  columns: columnsOf(
    `name TEXT, parent TEXT, vendor TEXT, model TEXT, serial TEXT, size BIGINT,
    block_size INTEGER, uuid TEXT, type TEXT, label TEXT`,
  ),
  rows: () => namesIn(CLASS).map(device),
};

function device(name: string): TableRow {
  const folder = `${CLASS}/${name}`;
  // A partition's folder is within that of its disk.
  const disk = existsSync(`${folder}/partition`)
    ? basename(dirname(readLink(folder) ?? ''))
    : undefined;
  const diskFolder = disk === undefined ? folder : `${CLASS}/${disk}`;
  const udev = udevProperties(readLine(`${folder}/dev`));
  return {
    name: devicePath(name),
    parent: disk === undefined ? '' : devicePath(disk),
    vendor: readLine(`${diskFolder}/device/vendor`) ?? '',
    model: readLine(`${diskFolder}/device/model`) ?? '',
    serial: udev.get('ID_SERIAL_SHORT') ?? udev.get('ID_SERIAL') ?? '',
    size: readNumber(`${folder}/size`),
    block_size: readNumber(`${diskFolder}/queue/logical_block_size`),
    uuid: udev.get('ID_FS_UUID') ?? '',
    type: udev.get('ID_FS_TYPE') ?? '',
    label: udev.get('ID_FS_LABEL') ?? '',
  };
}

/** /sys writes `!` for a slash. */
const devicePath = (name: string): string => `/dev/${name.replaceAll('!', '/')}`;

/** What udev keeps of a device with that `major:minor`: lines such as `E:ID_FS_TYPE=ext4`. */
function udevProperties(numbers: string | undefined): Map<string, string> {
  const text = (numbers !== undefined && readText(`/run/udev/data/b${numbers}`)) || '';
  return new Map(
    [...text.matchAll(/^E:([^=\n]+)=(.*)$/gm)].map(([, key = '', value = '']) => [key, value]),
  );
}
