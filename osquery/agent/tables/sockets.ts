import { addressText } from './ip-text.ts';
import { processIds } from './proc.ts';
import { readLines, readLink, readText } from './read-text.ts';
import { SocketHolders, type Holder } from './socket-holders.ts';
import { columnsOf, type Table, type TableRequest, type TableRow } from './table.ts';

const UNIX = 1;
const INET = 2;
const INET6 = 10;
const PACKET = 17;
const TCP = 6;

interface Inet {
  readonly family: number;
  /** IANA's number. */
  readonly protocol: number;
}

/** The files of `/proc/PID/net` with internet sockets. */
const INET_FILES: ReadonlyMap<string, Inet> = new Map(
  Object.entries({ icmp: 1, tcp: TCP, udp: 17, udplite: 136, raw: 255 }).flatMap(
    ([file, protocol]): [string, Inet][] => [
      [file, { family: INET, protocol }],
      [`${file}6`, { family: INET6, protocol }],
    ],
  ),
);
const FILES = [...INET_FILES.keys(), 'unix', 'packet'];

/** By the number in /proc/net/tcp (include/net/tcp_states.h of Linux). */
const TCP_STATES = [
  'UNKNOWN',
  'ESTABLISHED',
  'SYN_SENT',
  'SYN_RECV',
  'FIN_WAIT1',
  'FIN_WAIT2',
  'TIME_WAIT',
  'CLOSED',
  'CLOSE_WAIT',
  'LAST_ACK',
  'LISTEN',
  'CLOSING',
];

/**
 * Sockets of all network namespaces that can be looked into. `pid` and `fd` are
 * -1 for a socket that no readable process holds: another user's, or one that
 * waits out its time after being closed.
 */
export const processOpenSockets: Table = {
  name: 'process_open_sockets',
  columns: columnsOf(
    `pid INTEGER, fd BIGINT, socket BIGINT, family INTEGER, protocol INTEGER, local_address TEXT,
    remote_address TEXT, local_port INTEGER, remote_port INTEGER, path TEXT, state TEXT,
    net_namespace TEXT`,
  ),
  rows: (request) => withHolders(socketsOf(request, 'all'), request),
};

/** Sockets that wait for others: named ones of the file system, and internet sockets without another end. */
export const listeningPorts: Table = {
  name: 'listening_ports',
  columns: columnsOf(
    `pid INTEGER, port INTEGER, protocol INTEGER, family INTEGER, address TEXT, fd BIGINT,
    socket BIGINT, path TEXT, net_namespace TEXT`,
  ),
  rows(request) {
    const waiting = socketsOf(request, 'open').filter(({ family, path, remote_port: remotePort }) =>
      family === UNIX ? path !== '' : family === PACKET || remotePort === 0,
    );
    return withHolders(waiting, request).map((socket) =>
      socket.family === UNIX
        ? { ...socket, port: 0, socket: 0 }
        : { ...socket, port: socket.local_port, address: socket.local_address },
    );
  },
};

interface Socket extends TableRow {
  readonly socket: number;
  readonly family: number;
  readonly path: string;
  readonly local_address: string;
  readonly local_port: number;
  readonly remote_port: number;
}

/** Of all namespaces that can be looked into; `open` may leave out connections that are over. */
const socketsOf = ({ once }: TableRequest, which: 'all' | 'open'): Socket[] =>
  [...networkNamespaces()].flatMap(([namespace, folder]) =>
    filesOf(folder, which)
      // Tables of the same query read each file once.
      .flatMap((file) => once(`${folder}/${file}`, () => socketsIn(folder, file)))
      .map((socket) => ({ ...socket, net_namespace: namespace })),
  );

const holders = new SocketHolders();

/** Who has them open, where somebody wants to know. */
function withHolders(sockets: readonly Socket[], { columns }: TableRequest): Socket[] {
  const isWanted = columns.has('pid') || columns.has('fd');
  // A connection that is over but waits out its time has no inode any more.
  const inodes = new Set(sockets.map(({ socket }) => socket).filter((inode) => inode > 0));
  const holderOf = isWanted ? holders.of(inodes) : new Map<number, Holder>();
  return sockets.map((socket) => ({ ...socket, ...(holderOf.get(socket.socket) ?? NOBODY) }));
}

const NOBODY: Holder = { pid: -1, fd: -1 };

/** The folder `net` of one process of each network namespace; our own comes first, and is always there. */
function networkNamespaces(): Map<string, string> {
  const folders = new Map<string, string>();
  for (const pid of ['self', ...processIds()]) {
    const [, inode] = /\[(\d+)\]/.exec(readLink(`/proc/${pid}/ns/net`) ?? '') ?? [];
    if (inode !== undefined && !folders.has(inode)) folders.set(inode, `/proc/${pid}/net`);
  }
  return folders;
}

/**
 * The files of sockets, but for those that the counters of the namespace say are
 * empty. To read `tcp` takes milliseconds however few sockets it has, for all
 * namespaces share a table that the kernel walks. Connections that are over and
 * wait out their time (`tw`) are counted for both families together.
 */
function filesOf(folder: string, which: 'all' | 'open'): string[] {
  const counts = (readText(`${folder}/sockstat`) ?? '') + (readText(`${folder}/sockstat6`) ?? '');
  const hasNone = (file: string): boolean =>
    new RegExp(`^${file}: inuse 0\\b`, 'im').test(counts) &&
    (which === 'open' || counts.includes(' tw 0 '));
  return FILES.filter((file) => !file.startsWith('tcp') || !hasNone(file));
}

function socketsIn(folder: string, file: string): Socket[] {
  const lines = readLines(`${folder}/${file}`).slice(1); // the first names the fields
  const inet = INET_FILES.get(file);
  if (inet !== undefined) return lines.map((line) => inetSocket(fieldsOf(line), inet));
  return file === 'unix'
    ? lines.map(unixSocket)
    : lines.map((line) => packetSocket(fieldsOf(line)));
}

const fieldsOf = (line: string): string[] => line.trim().split(/\s+/);

/** `0: 0100007F:1F90 00000000:0000 0A … 23456 …`: local, remote, state; the tenth field is the inode. */
function inetSocket(fields: readonly string[], { family, protocol }: Inet): Socket {
  const [, local = '', remote = '', state = ''] = fields;
  return {
    ...NO_ADDRESS,
    socket: Number(fields[9]),
    family,
    protocol,
    local_address: addressText(local.split(':')[0] ?? ''),
    local_port: Number.parseInt(local.split(':')[1] ?? '', 16),
    remote_address: addressText(remote.split(':')[0] ?? ''),
    remote_port: Number.parseInt(remote.split(':')[1] ?? '', 16),
    state: protocol === TCP ? (TCP_STATES[Number.parseInt(state, 16)] ?? 'UNKNOWN') : '',
  };
}

/** `0000…: 00000002 00000000 00010000 0001 01 23456 /run/a.sock`; the path is last and may hold spaces. */
function unixSocket(line: string): Socket {
  const [, protocol, inode, path] = /^\S+ \S+ (\S+) \S+ \S+ +\S+ +(\d+) ?(.*)$/.exec(line) ?? [];
  return {
    ...NO_ADDRESS,
    socket: Number(inode),
    family: UNIX,
    protocol: Number(protocol),
    path: path ?? '',
  };
}

/** `sk RefCnt Type Proto Iface R Rmem User Inode` */
function packetSocket(fields: readonly string[]): Socket {
  return {
    ...NO_ADDRESS,
    socket: Number(fields[8]),
    family: PACKET,
    protocol: Number.parseInt(fields[3] ?? '', 16),
    state: 'NONE',
  };
}

const NO_ADDRESS = {
  local_address: '',
  local_port: 0,
  remote_address: '',
  remote_port: 0,
  path: '',
  state: '',
};
