import { machine, platform, release, type } from 'node:os';
import { readText } from './read-text.ts';
import { columnsOf, type Table } from './table.ts';

/** The operating system: one row, from /etc/os-release (os-release(5)); elsewhere what Node tells. */
export const osVersion: Table = {
  name: 'os_version',
  columns: columnsOf(
    `name TEXT, version TEXT, major INTEGER, minor INTEGER, patch INTEGER, build TEXT,
    platform TEXT, platform_like TEXT, codename TEXT, arch TEXT`,
  ),
  rows() {
    const text = readText('/etc/os-release') ?? readText('/usr/lib/os-release');
    const of = settings(text ?? '');
    const number = of.get('VERSION_ID') ?? (text === undefined ? release() : '');
    const [major = '', minor = '', patch = ''] = number.split('.');
    return [
      {
        name: of.get('NAME') ?? (text === undefined ? type() : 'Unknown'),
        version: of.get('VERSION') ?? number,
        major: Number.parseInt(major, 10) || 0,
        minor: Number.parseInt(minor, 10) || 0,
        patch: Number.parseInt(patch, 10) || 0,
        build: of.get('BUILD_ID'),
        platform: of.get('ID') ?? (text === undefined ? platform() : 'posix'),
        platform_like: of.get('ID_LIKE'),
        codename: of.get('VERSION_CODENAME'),
        arch: machine(),
      },
    ];
  },
};

/** `NAME=value` a line, the value in quotes or not. */
const settings = (text: string): Map<string, string> =>
  new Map(
    [...text.matchAll(/^([A-Z_]+)=(["']?)(.*)\2$/gm)].map(([, name = '', , value = '']) => [
      name,
      value,
    ]),
  );
