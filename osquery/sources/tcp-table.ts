/** A row of /proc/net/tcp or tcp6 (https://docs.kernel.org/networking/proc_net_tcp.html). */
export interface TcpRow {
  readonly localPort: number;
  readonly remotePort: number;
  /** As they stand there, in hex. */
  readonly local: string;
  readonly remote: string;
  readonly state: TcpState;
  /** Bytes sent and not acknowledged; bytes received and not read, of a listener connections not accepted. */
  readonly txQueue: number;
  readonly rxQueue: number;
  /** How often what waits for an answer was sent again. */
  readonly retransmits: number;
  readonly inode: string;
  /** The time after which it is sent again: 200 ms and the round trip. */
  readonly rtoMs: number | undefined;
}

/** In the kernel's order, from 1. */
const STATES = [
  '',
  'ESTABLISHED',
  'SYN_SENT',
  'SYN_RECV',
  'FIN_WAIT1',
  'FIN_WAIT2',
  'TIME_WAIT',
  'CLOSE',
  'CLOSE_WAIT',
  'LAST_ACK',
  'LISTEN',
  'CLOSING',
] as const;
type TcpState = (typeof STATES)[number];

const TICK_MS = 10;

/** The rows that have one of the ports at either end, and are not just waiting to be forgotten. */
export function readTcpTable(text: string, ports: ReadonlySet<number>): TcpRow[] {
  const rows: TcpRow[] = [];
  for (const line of text.split('\n')) {
    const [, local = '', remote = '', state = '', queues = '', , retransmits = '', ...rest] = line
      .trimStart()
      .split(/ +/, 17);
    const [localPort, remotePort] = [portOf(local), portOf(remote)];
    if (!ports.has(localPort) && !ports.has(remotePort)) continue;
    const name = STATES[Number.parseInt(state, 16)] ?? '';
    if (name === '' || name === 'TIME_WAIT') continue;
    const [tx = '', rx = ''] = queues.split(':');
    const [, , inode = '', , , rto] = rest;
    rows.push({
      localPort,
      remotePort,
      local,
      remote,
      state: name,
      txQueue: Number.parseInt(tx, 16),
      rxQueue: Number.parseInt(rx, 16),
      retransmits: Number.parseInt(retransmits, 16),
      inode,
      rtoMs: rto === undefined ? undefined : Number(rto) * TICK_MS,
    });
  }
  return rows;
}

const portOf = (address: string): number =>
  Number.parseInt(address.slice(address.lastIndexOf(':') + 1), 16);

/**
 * `127.0.0.1:8080` of `0100007F:1F90`, `[::1]:8080` of tcp6: words of four
 * bytes, each with the least significant byte first. IPv4 in IPv6 is shown as IPv4.
 */
export function tcpAddress(text: string): string {
  const [hex = ''] = text.split(':');
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) =>
    (word.match(/../g) ?? []).reverse().map((byte) => Number.parseInt(byte, 16)),
  );
  const isMapped =
    bytes.length === 16 && bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255;
  const port = portOf(text);
  if (bytes.length === 4 || isMapped) return `${bytes.slice(-4).join('.')}:${port}`;
  const words = Array.from({ length: 8 }, (_, index) =>
    (((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0)).toString(16),
  );
  // URL knows the short form of an address.
  return `${new URL(`http://[${words.join(':')}]`).hostname}:${port}`;
}
