import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Network } from '../../../osquery/sources/network.ts';
import {
  parseConnections,
  type PortStatistics,
} from '../../../osquery/sources/socket-statistics.ts';
import { readTcpTable, tcpAddress } from '../../../osquery/sources/tcp-table.ts';
import { ProcFolder } from './proc-folder.ts';

const HEAD =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const LISTENS =
  '   0: 0100007F:1F90 00000000:0000 0A 00000000:00000003 00:00000000 00000000     0        0 23456 1 0000000000000000 100 0 0 10 0\n';
const WAITS =
  '   1: 0100007F:1F90 0100007F:9C40 01 00000000:000000D2 00:00000000 00000000     0        0 23457 1 0000000000000000 26 4 30 10 -1\n';
const SENDS_AGAIN =
  '   2: 0100007F:9C40 0100007F:1F90 02 00000001:00000000 01:00000064 00000002     0        0 23458 1 0000000000000000 400 0 0 1 7\n';
const FORGOTTEN =
  '   3: 0100007F:9C41 0100007F:1F90 06 00000000:00000000 03:000015E0 00000000     0        0 0 3 0000000000000000\n';
const ELSEWHERE =
  '   4: 0100007F:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0000000000000000 100 0 0 10 0\n';

const TABLE = HEAD + LISTENS + WAITS + SENDS_AGAIN + FORGOTTEN + ELSEWHERE;

describe("the kernel's TCP table", () => {
  test('is read as far as it is about the ports', () => {
    const rows = readTcpTable(TABLE, new Set([8080]));
    expect(
      rows.map(({ state, rxQueue, txQueue, retransmits, rtoMs }) => [
        state,
        rxQueue,
        txQueue,
        retransmits,
        rtoMs,
      ]),
    ).toEqual([
      ['LISTEN', 3, 0, 0, 1_000],
      ['ESTABLISHED', 210, 0, 0, 260],
      ['SYN_SENT', 0, 1, 2, 4_000],
    ]);
  });

  test.each([
    ['0100007F:1F90', '127.0.0.1:8080'],
    ['0000000000000000FFFF00000100007F:1F90', '127.0.0.1:8080'],
    ['00000000000000000000000001000000:0016', '[::1]:22'],
    ['B80D01200000000000000000010000FF:01BB', '[2001:db8::ff00:1]:443'],
  ])('has %s for %s', (hex, text) => {
    expect(tcpAddress(hex)).toBe(text);
  });
});

describe('network', () => {
  const ports = () => [{ port: 8080, node: 'payment' }];

  function watched(statistics?: PortStatistics) {
    const proc = new ProcFolder();
    const counters = (fails: number): void => {
      proc.write('net/snmp', `Ip: A\nIp: 1\nTcp: AttemptFails RetransSegs\nTcp: ${fails} 7\n`);
      proc.write('net/netstat', `TcpExt: TCPTimeouts ListenDrops\nTcpExt: ${fails} 0\n`);
    };
    counters(5);
    proc.write('net/tcp', HEAD);
    const tried: string[] = [];
    const found = statistics && new Map([[8080, statistics]]);
    const network = new Network({
      lab: () => [],
      ports,
      proc: proc.path,
      statistics: { take: () => found, close: () => {} },
      tries: {
        begin: (address) => void tried.push(address),
        take: () => new Map(tried.splice(0).length > 0 ? [[8080, true]] : []),
        close: () => {},
      },
    });
    return { proc, network, counters, tried };
  }

  test('tries a port where connections have failed, and says that it refuses', () => {
    const { proc, network, counters, tried } = watched();
    proc.write('net/tcp', HEAD + LISTENS);
    network.look(0);
    network.look(1);
    expect(tried).toEqual([]);
    counters(6);
    network.look(1);
    expect(tried).toEqual(['127.0.0.1:8080']);
    expect(network.look(1)).toMatchObject({ ports: [{ port: 8080, refused: true }] });
    expect(network.look(1)).not.toMatchObject({ ports: [{ refused: expect.anything() }] });
  });

  test('tells what goes on at a port, and of the connections that do not flow', () => {
    const { proc, network, counters } = watched({ rttMs: 0.2, retransmits: 4, seconds: 5 });
    expect(network.look(0)).toBeUndefined();
    counters(8);
    proc.write('net/tcp', TABLE);
    const told = network.look(1);
    expect(told?.['tcp']).toMatchObject({
      AttemptFails: 3,
      RetransSegs: 0,
      TCPTimeouts: 3,
      ListenDrops: 0,
    });
    expect(told?.['ports']).toEqual([
      {
        port: 8080,
        node: 'payment',
        listening: true,
        waiting: 3,
        established: 1,
        rx_queue: 210,
        tx_queue: 1,
        unanswered: 1,
        retransmitting: 0,
        rto_ms: 260,
        retransmits: 4,
        counted_seconds: 5,
        rtt_ms: 0.2,
      },
    ]);
    expect(told?.['connections']).toEqual([
      {
        port: 8080,
        local: '127.0.0.1:40000',
        remote: '127.0.0.1:8080',
        state: 'SYN_SENT',
        rx_queue: 0,
        tx_queue: 1,
        retransmits: 2,
      },
      {
        port: 8080,
        local: '127.0.0.1:8080',
        remote: '127.0.0.1:40000',
        state: 'ESTABLISHED',
        rx_queue: 210,
        tx_queue: 0,
        retransmits: 0,
      },
    ]);
  });

  test('finds a listener that IPv6 alone has', () => {
    const { proc, network } = watched();
    network.look(0);
    const any = '00000000000000000000000000000000';
    proc.write(
      'net/tcp6',
      HEAD + LISTENS.replace('0100007F', any).replace('00000000:0000', `${any}:0000`),
    );
    expect(network.look(1)?.['ports']).toMatchObject([{ port: 8080, listening: true, waiting: 3 }]);
  });

  test('tells that nobody listens', () => {
    const { network } = watched();
    network.look(0);
    expect(network.look(1)?.['ports']).toMatchObject([{ port: 8080, listening: false }]);
  });

  test.runIf(process.platform === 'linux')(
    'knows whose a port is: of its node, or of another',
    async () => {
      const server = createServer().listen(0, '127.0.0.1');
      onTestFinished(() => void server.close());
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const told = (node: string): unknown => {
        const network = new Network({
          lab: () => [{ pid: process.pid, node: 'mine', instance: 'mine@here/1.1' }],
          ports: () => [{ port, node }],
          statistics: { take: () => undefined, close: () => {} },
        });
        network.look(0);
        return network.look(1)?.['ports'];
      };
      expect(told('mine')).toMatchObject([{ listening: true, pid: process.pid, is_own: true }]);
      expect(told('other')).toMatchObject([{ listening: true, pid: process.pid, is_own: false }]);
    },
  );
});

describe('what ss prints', () => {
  test('is read by two lines a connection', () => {
    const text = [
      '0      0      127.0.0.1:8080      127.0.0.1:40212',
      '\t cubic wscale:7,7 rto:201 rtt:0.031/0.015 lastsnd:120 lastrcv:120 retrans:0/2 rcv_space:65483',
      '0      240    [::1]:40300         [::1]:8080',
      '\t cubic rto:212 rtt:10.9/13.3 lastsnd:9000',
      '',
    ].join('\n');
    expect(parseConnections(text)).toEqual([
      {
        name: '127.0.0.1:8080 127.0.0.1:40212',
        ports: [8080, 40212],
        rttMs: 0.031,
        retransmits: 2,
        isIdle: false,
      },
      {
        name: '[::1]:40300 [::1]:8080',
        ports: [40300, 8080],
        rttMs: 10.9,
        retransmits: 0,
        isIdle: true,
      },
    ]);
  });
});
