import { join } from 'node:path';
import type { JsonObject } from '../../log/entry.ts';
import { ConnectionTries } from './connection-tries.ts';
import type { LabPort, LabProcess } from './lab-process.ts';
import { growth, readProc, tryReadProc } from './proc-file.ts';
import type { Probe } from './sampler.ts';
import { SocketOwners, type SocketOwner } from './socket-owner.ts';
import { SocketStatistics, type PortStatistics } from './socket-statistics.ts';
import { readTcpTable, tcpAddress, type TcpRow } from './tcp-table.ts';

/** Of /proc/net/snmp and netstat. */
const COUNTERS = [
  'AttemptFails',
  'EstabResets',
  'OutRsts',
  'RetransSegs',
  'ListenDrops',
  'ListenOverflows',
  'TCPTimeouts',
  'TCPSynRetrans',
  'TCPAbortOnTimeout',
] as const;
const LOOKS_TO_IPV6 = 10;
/** Connections listed because they do not flow. */
const MAX_CONNECTIONS = 20;

export interface NetworkOptions {
  readonly lab: () => readonly LabProcess[];
  readonly ports: () => readonly LabPort[];
  readonly proc?: string;
  readonly statistics?: Pick<SocketStatistics, 'take' | 'close'>;
  readonly tries?: Pick<ConnectionTries, 'begin' | 'take' | 'close'>;
}

/**
 * TCP at the lab's ports, whichever end is there: who listens, how many
 * connections there are, what waits in their queues, what had to be sent again,
 * whether they refuse; and the kernel's counters for all of the machine.
 */
export class Network implements Probe {
  readonly name = 'network';
  readonly #proc: string;
  readonly #ports: () => readonly LabPort[];
  readonly #owners: SocketOwners;
  readonly #statistics: Pick<SocketStatistics, 'take' | 'close'>;
  readonly #tries: Pick<ConnectionTries, 'begin' | 'take' | 'close'>;
  #before: ReadonlyMap<string, number> | undefined;
  #looks = 0;
  #usesIpv6 = false;

  constructor({
    lab,
    ports,
    proc = '/proc',
    statistics = new SocketStatistics(),
    tries = new ConnectionTries(),
  }: NetworkOptions) {
    this.#proc = proc;
    this.#ports = ports;
    this.#owners = new SocketOwners(proc, lab);
    this.#statistics = statistics;
    this.#tries = tries;
  }

  look(seconds: number): JsonObject | undefined {
    const before = this.#before;
    const now = this.#counters();
    this.#before = now;
    const ports = this.#ports();
    const numbers = ports.map(({ port }) => port);
    const statistics = this.#statistics.take(seconds, numbers);
    if (before === undefined || seconds <= 0) return undefined;
    const wanted = new Set(numbers);
    const rows = this.#rows(wanted);
    const listeners = rows.filter(isListener);
    const owners = this.#owners.of(listeners.map(({ inode }) => inode));
    const refused = this.#tries.take();
    // Who has a port is tried only where some connection on this machine could not be opened.
    if (growth(before.get('AttemptFails'), now.get('AttemptFails')) > 0) {
      for (const { local } of listeners) this.#tries.begin(tcpAddress(local));
    }
    return {
      tcp: Object.fromEntries(COUNTERS.map((key) => [key, growth(before.get(key), now.get(key))])),
      ports: ports.map((port) => ({
        ...portLine(port, rows, owners, statistics?.get(port.port)),
        ...(refused.has(port.port) && { refused: refused.get(port.port) === true }),
      })),
      connections: stuck(rows, wanted),
    };
  }

  close(): void {
    this.#statistics.close();
    this.#tries.close();
  }

  #file(name: string): string {
    return join(this.#proc, 'net', name);
  }

  /**
   * To read a table the kernel goes through all that it could hold, which takes
   * it 3 ms on a machine with much memory. The one of IPv6 is read where a
   * listener is missing in the other, as long as it had something, and now and then.
   */
  #rows(ports: ReadonlySet<number>): TcpRow[] {
    const rows = readTcpTable(readProc(this.#file('tcp')), ports);
    const heard = new Set(rows.filter(isListener).map(({ localPort }) => localPort));
    const isDue = ++this.#looks % LOOKS_TO_IPV6 === 0;
    if (heard.size === ports.size && !this.#usesIpv6 && !isDue) return rows;
    const others = readTcpTable(this.#tcp6(), ports);
    this.#usesIpv6 = others.length > 0;
    return [...rows, ...others];
  }

  /** A machine without IPv6 has none. */
  #tcp6(): string {
    try {
      return readProc(this.#file('tcp6'));
    } catch {
      return '';
    }
  }

  #counters(): ReadonlyMap<string, number> {
    const text = readProc(this.#file('snmp')) + tryReadProc(this.#file('netstat'));
    return new Map([...namedColumns(text, 'Tcp'), ...namedColumns(text, 'TcpExt')]);
  }
}

const isListener = ({ state }: TcpRow): boolean => state === 'LISTEN';

/** Two lines with the same beginning, names and numbers. */
function namedColumns(text: string, prefix: string): [string, number][] {
  const [names = [], values = []] = text
    .split('\n')
    .filter((line) => line.startsWith(`${prefix}: `))
    .map((line) => line.split(' ').slice(1));
  return names.map((name, index) => [name, Number(values[index] ?? 0)]);
}

function portLine(
  { port, node }: LabPort,
  rows: readonly TcpRow[],
  owners: ReadonlyMap<string, SocketOwner | undefined>,
  statistics: PortStatistics | undefined,
): JsonObject {
  const here = rows.filter((row) => row.localPort === port || row.remotePort === port);
  const served = here.filter((row) => row.localPort === port);
  const listener = served.find(isListener);
  const connections = here.filter((row) => !isListener(row));
  const open = connections.filter(({ state }) => state === 'ESTABLISHED');
  const rto = median(open.flatMap(({ rtoMs }) => rtoMs ?? []));
  return {
    port,
    node,
    ...listening(listener, node, owners),
    established: served.filter(({ state }) => state === 'ESTABLISHED').length,
    rx_queue: sum(served.filter((row) => row !== listener).map(({ rxQueue }) => rxQueue)),
    tx_queue: sum(connections.map(({ txQueue }) => txQueue)),
    unanswered: connections.filter((row) => row.state === 'SYN_SENT' && row.retransmits > 0).length,
    retransmitting: connections.filter((row) => row.state !== 'SYN_SENT' && row.retransmits > 0)
      .length,
    ...(rto !== undefined && { rto_ms: rto }),
    ...(statistics !== undefined && {
      retransmits: statistics.retransmits,
      counted_seconds: statistics.seconds,
    }),
    ...(statistics?.rttMs !== undefined && { rtt_ms: statistics.rttMs }),
  };
}

function listening(
  listener: TcpRow | undefined,
  node: string,
  owners: ReadonlyMap<string, SocketOwner | undefined>,
): JsonObject {
  if (listener === undefined) return { listening: false };
  const owner = owners.get(listener.inode);
  return {
    listening: true,
    waiting: listener.rxQueue,
    ...(owner !== undefined && {
      pid: owner.pid,
      process: owner.process,
      is_own: owner.node === node,
    }),
  };
}

/** The connections in which something waits, the worst first. */
function stuck(rows: readonly TcpRow[], ports: ReadonlySet<number>): JsonObject[] {
  const waiting = (row: TcpRow): number => row.retransmits * 1e9 + row.rxQueue + row.txQueue;
  return rows
    .filter((row) => !isListener(row) && waiting(row) > 0)
    .sort((a, b) => waiting(b) - waiting(a))
    .slice(0, MAX_CONNECTIONS)
    .map((row) => ({
      port: ports.has(row.localPort) ? row.localPort : row.remotePort,
      local: tcpAddress(row.local),
      remote: tcpAddress(row.remote),
      state: row.state,
      rx_queue: row.rxQueue,
      tx_queue: row.txQueue,
      retransmits: row.retransmits,
    }));
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
