import { networkInterfaces } from 'node:os';
import { basename } from 'node:path';
import { readLine, readLines, readLink, readNumber } from './read-text.ts';
import { columnsOf, type Table } from './table.ts';

const CLASS = '/sys/class/net';

/**
 * Network interfaces with their counters since they came up, from /proc/net/dev
 * and /sys. `last_change` is -1, as osquery has it on Linux; `link_speed` is in
 * Mbit/s and 0 where there is none.
 */
export const interfaceDetails: Table = {
  name: 'interface_details',
  columns: columnsOf(
    `interface TEXT, mac TEXT, type INTEGER, mtu INTEGER, metric INTEGER, flags INTEGER,
    ipackets BIGINT, opackets BIGINT, ibytes BIGINT, obytes BIGINT, ierrors BIGINT,
    oerrors BIGINT, idrops BIGINT, odrops BIGINT, collisions BIGINT, last_change BIGINT,
    link_speed BIGINT, pci_slot TEXT`,
  ),
  rows: () =>
    readLines('/proc/net/dev').flatMap((line) => {
      // `  eth0: BYTES PACKETS ERRS DROP FIFO FRAME COMPRESSED MULTICAST BYTES PACKETS … COLLS …`
      const [, name, counters = ''] = /^\s*(.+?):\s+(\d.*)$/.exec(line) ?? [];
      if (name === undefined) return [];
      const counts = counters.trim().split(/\s+/).map(Number);
      const folder = `${CLASS}/${name}`;
      const device = readLink(`${folder}/device`);
      return {
        interface: name,
        mac: readLine(`${folder}/address`) ?? '',
        type: readNumber(`${folder}/type`),
        mtu: readNumber(`${folder}/mtu`),
        metric: 0, // Linux has none
        flags: readNumber(`${folder}/flags`),
        ibytes: counts[0],
        ipackets: counts[1],
        ierrors: counts[2],
        idrops: counts[3],
        obytes: counts[8],
        opackets: counts[9],
        oerrors: counts[10],
        odrops: counts[11],
        collisions: counts[13],
        last_change: -1,
        link_speed: Math.max(0, readNumber(`${folder}/speed`) ?? 0),
        pci_slot: device === undefined ? '-1' : basename(device),
      };
    }),
};

/**
 * Addresses of the interfaces that are up. `broadcast` and `point_to_point` are
 * NULL: they are not among what can be asked without a socket of the kernel's own
 * kind.
 */
export const interfaceAddresses: Table = {
  name: 'interface_addresses',
  columns: columnsOf(
    `interface TEXT, address TEXT, mask TEXT, broadcast TEXT, point_to_point TEXT, type TEXT`,
  ),
  rows: () =>
    Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
      addresses.map(({ address, netmask }) => ({
        interface: name,
        address,
        mask: netmask,
        type: 'unknown',
      })),
    ),
};
