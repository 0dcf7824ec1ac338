/**
 * Lines of the node `network`: the kernel's TCP counters of the interval, what
 * goes on at the lab's ports, and of their connections those that do not flow.
 * `{"interval":[s,e],"tcp":{"RetransSegs":0,"OutRsts":0,"AttemptFails":0,…},"ports":[{"port":8080,"node":"payment","listening":true,"pid":4711,"process":"node","is_own":true,"waiting":0,"refused":false,"established":4,"unanswered":0,"retransmitting":0,"rx_queue":0,"tx_queue":0,"rto_ms":204,"rtt_ms":0.1,"retransmits":0,"counted_seconds":5}],"connections":[{"port":8080,"local":"127.0.0.1:8080","remote":"127.0.0.1:40212","state":"ESTABLISHED","rx_queue":210,"tx_queue":0,"retransmits":0}]}`
 * Counters are of the interval; queues are bytes, `waiting` connections not yet accepted;
 * `refused` comes where connections on this machine failed, `rtt_ms` and `retransmits` come now and then, of so many seconds before.
 */
import type { JsonObject, LogEntry } from '../../log/entry.ts';
import type { Change } from './change-detection.ts';
import { intervalOf, known, nanosOf, numberOf, objectOf, objectsOf, textOf } from './field.ts';
import {
  seriesRule,
  type Interval,
  type Observation,
  type Sample,
  type SeriesRule,
} from './observation.ts';
import { bytes, plain } from './quantity.ts';
import type { SystemSubject } from './system-event.ts';

/** Of the whole machine; what is off there may be of anybody. */
const COUNTERS: Readonly<Record<string, { rule: SeriesRule; what: string }>> = {
  AttemptFails: {
    rule: rate('network.refused', 'refused', 0.8, 2),
    what: 'connections failed to open',
  },
  EstabResets: { rule: rate('network.reset', 'reset', 5), what: 'connections were reset' },
  RetransSegs: {
    rule: rate('network.retransmit', 'retransmitted', 5),
    what: 'segments were sent again',
  },
  TCPTimeouts: { rule: rate('network.timeout', 'timeouts', 3), what: 'answers timed out' },
  ListenDrops: {
    rule: rate('network.queue', 'drops', 1),
    what: 'connections were dropped unaccepted',
  },
};

/** Not told by each line, nor where there is no connection. */
const AT_TIMES = { whenAbsent: 'unknown' } as const;

const CLOSED = state('closed', 'network.refused');
const REFUSES = state('refuses', 'network.refused');
const TAKEN = { ...state('taken', 'port.taken'), past: 0 };
const PORT: readonly {
  key: string;
  rule: SeriesRule;
  say: (at: string, change: Change) => string;
}[] = [
  {
    key: 'waiting',
    rule: seriesRule('waiting', 'network.queue', { least: 5, looks: 1 }),
    say: (at, { peak }) => `${plain(peak)} connections to ${at} waited to be accepted`,
  },
  {
    key: 'rx_queue',
    rule: seriesRule('received', 'network.queue', { least: 100, looks: 3 }),
    say: (at, { peak }) => `${bytes(peak)} received at ${at} waited to be read`,
  },
  {
    key: 'tx_queue',
    rule: seriesRule('sent', 'network.queue', { least: 32 * 1024, looks: 3 }),
    say: (at, { peak }) => `${bytes(peak)} to be sent at ${at} were not acknowledged`,
  },
  {
    key: 'unanswered',
    rule: seriesRule('unanswered', 'network.timeout', { least: 1, looks: 1 }),
    say: (at, { peak }) => `${plain(peak)} attempts to connect to ${at} had no answer`,
  },
  {
    key: 'retransmitting',
    rule: seriesRule('retransmitting', 'network.retransmit', { least: 1, looks: 1 }),
    say: (at, { peak }) => `${plain(peak)} connections at ${at} had to send again`,
  },
  {
    key: 'retransmits',
    rule: {
      ...seriesRule('retransmits', 'network.retransmit', { least: 3, looks: 1 }),
      ...AT_TIMES,
    },
    say: (at, { peak }) => `${plain(peak)} segments at ${at} were sent again`,
  },
  {
    key: 'rto_ms',
    rule: { ...seriesRule('timeout', 'network.slow', { least: 20, looks: 3 }), ...AT_TIMES },
    say: (at, { peak, usual }) =>
      `round trips at ${at} took about ${plain(peak - usual)} ms longer than usual`,
  },
  {
    key: 'rtt_ms',
    rule: { ...seriesRule('round trip', 'network.slow', { least: 10, looks: 2 }), ...AT_TIMES },
    say: (at, { peak, usual }) =>
      `round trips at ${at} took ${plain(peak)} ms (usually ${plain(usual)} ms)`,
  },
  {
    key: 'established',
    rule: {
      ...seriesRule('established', 'network.connections', { least: 50, looks: 3 }),
      share: 1,
    },
    say: (at, { peak, usual }) =>
      `${plain(peak)} connections were open at ${at} (usually ${plain(usual)})`,
  },
];

/** Those that `ss` tells. */
const OF_SS: ReadonlySet<string> = new Set(['retransmits', 'rtt_ms']);

/** A second. */
function rate(kind: string, name: string, least: number, looks = 1): SeriesRule {
  return seriesRule(name, kind, { least, looks });
}

/** There or not. */
function state(name: string, kind: string): SeriesRule {
  return { name, kind, by: 'level', least: 0.5, spread: 0.05, looks: 1 };
}

/** What a line of `network` tells. */
export function readNetwork(entry: LogEntry): Observation[] {
  const { log } = entry;
  const [start, end] = intervalOf(entry);
  const seconds = Math.max(Number(end - start) / 1e9, 0.001);
  const tcp = objectOf(log['tcp']);
  const peers = peersByPort(objectsOf(log['connections']));
  return [
    ...Object.entries(COUNTERS).flatMap(([key, { rule, what }]) => {
      const count = numberOf(tcp[key]);
      if (count === undefined) return [];
      const say: Sample['say'] = ({ peak }) => `${plain(peak)} ${what} a second on this machine`;
      return { rule, of: 'host', about: {}, value: count / seconds, say };
    }),
    ...objectsOf(log['ports']).flatMap((port) => samplesOfPort(port, peers, end)),
  ];
}

/** Of each port the other end of its worst connection, which is listed first. */
function peersByPort(connections: readonly JsonObject[]): ReadonlyMap<number, string> {
  const peers = new Map<number, string>();
  for (const connection of connections) {
    const [port, remote] = [numberOf(connection['port']), textOf(connection['remote'])];
    if (port !== undefined && remote !== undefined && !peers.has(port)) peers.set(port, remote);
  }
  return peers;
}

function samplesOfPort(
  seen: JsonObject,
  peers: ReadonlyMap<number, string>,
  endNanos: bigint,
): Sample[] {
  const port = numberOf(seen['port']);
  if (port === undefined) return [];
  const node = textOf(seen['node']);
  const of = `${port}`;
  const at = `port ${port}${node === undefined ? '' : ` (${node})`}`;
  const own = known<SystemSubject>({ port, node });
  const about = known<SystemSubject>({ ...own, peer: peers.get(port) });
  const seconds = numberOf(seen['counted_seconds']) ?? 0;
  const counted: Interval = [endNanos - nanosOf(Math.min(Math.max(seconds, 0), 60)), endNanos];
  return [
    ...PORT.flatMap(({ key, rule, say }) => {
      const value = numberOf(seen[key]);
      if (value === undefined) return [];
      const sample = { rule, of, about, value, say: (change: Change) => say(at, change) };
      return OF_SS.has(key) ? { ...sample, interval: counted } : sample;
    }),
    {
      rule: CLOSED,
      of,
      about: own,
      value: seen['listening'] === true ? 0 : 1,
      say: () => `nobody listened on ${at}: connections to it were refused`,
    },
    {
      rule: REFUSES,
      of,
      about: own,
      value: seen['refused'] === true ? 1 : 0,
      say: () => `connections to ${at} were refused, though somebody listened there`,
    },
    takenSample(seen, of, at, port),
  ];
}

function takenSample(seen: JsonObject, of: string, at: string, port: number): Sample {
  const [pid, process, node] = [
    numberOf(seen['pid']),
    textOf(seen['process']),
    textOf(seen['node']),
  ];
  return {
    rule: TAKEN,
    of,
    about: known<SystemSubject>({ port, node, pid, process }),
    value: seen['listening'] === true && seen['is_own'] === false ? 1 : 0,
    say: () =>
      `${process ?? 'a process'} (pid ${pid ?? 'unknown'}), which is not of the node, listened on ${at}`,
  };
}
