import type { LogEntry } from '../../log/entry.ts';
import { known, nanosOf, numberOf, partsOfInstance, textOf } from './field.ts';
import type { Fact, Interval } from './observation.ts';
import type { SystemSubject } from './system-event.ts';

/** What the runner's lines weigh. */
const WEIGHT = {
  signal: 30,
  failure: 20,
  exit: 5,
  restart: 10,
  start: 5,
  notStarted: 20,
  taken: 30,
  open: 10,
  breaker: 5,
} as const;

/** An `exited` line waits for the pipes of the process, at most that long. */
const EXIT_DELAY_NANOS = 600_000_000n;
/** Nodes whose restart is awaited. */
const MAX_RESTARTS = 1_000;

/** `payment: port 8080 is taken by pid 4711 (node server.js): …` */
const TAKEN = /^[^:]*: port (\d{1,5}) is taken(?: by pid (\d{1,10}) \(([^ )]*))?/;

/**
 * What the runner tells of its nodes: `started`, `exited`, `restarting`, that a
 * port is taken, and the transitions of their breakers. It remembers which
 * nodes are to be restarted, since a restart is over when the process runs.
 */
export class DriverFacts {
  /** By node: when its restart was announced. */
  readonly #restarts = new Map<string, bigint>();

  /** @param lastHeardNanos when the instance that the line is about last wrote, if it did */
  push({ ts, log }: LogEntry, lastHeardNanos: bigint | undefined): Fact[] {
    const [msg, node] = [textOf(log['msg']), textOf(log['node'])];
    if (msg === undefined || node === undefined) return [];
    const at = nanosOf(ts);
    const instance = textOf(log['instance']);
    const pid = numberOf(log['pid']) ?? pidOf(instance);
    const about = known<SystemSubject>({ node, instance, pid });
    if (msg === 'exited') return [exit(log, about, at, lastHeardNanos)];
    if (msg === `started ${node}`) return [this.#started(about, node, at)];
    if (msg.startsWith(`restarting ${node} in `)) {
      this.#await(node, at);
      return [];
    }
    const what = { of: node, about, interval: [at, at] as const };
    if (textOf(log['from']) !== undefined && textOf(log['to']) !== undefined) {
      return [breaker(msg, textOf(log['to']) ?? '', node, what)];
    }
    if (msg.startsWith(`${node} is not `)) {
      return [{ ...what, kind: 'process.start', summary: msg, magnitude: WEIGHT.notStarted }];
    }
    return taken(msg, node, at);
  }

  #await(node: string, at: bigint): void {
    if (this.#restarts.size < MAX_RESTARTS) this.#restarts.set(node, at);
  }

  #started(about: Partial<SystemSubject>, node: string, at: bigint): Fact {
    const since = this.#restarts.get(node);
    this.#restarts.delete(node);
    const who = `${node} (pid ${about.pid ?? 'unknown'})`;
    return since === undefined
      ? fact('process.start', about, `${who} started`, WEIGHT.start, [at, at])
      : fact('process.restart', about, `${who} was started again`, WEIGHT.restart, [since, at]);
  }
}

function exit(
  log: LogEntry['log'],
  about: Partial<SystemSubject>,
  at: bigint,
  lastHeardNanos: bigint | undefined,
): Fact {
  const earliest = at - EXIT_DELAY_NANOS;
  const heard = lastHeardNanos ?? 0n;
  const interval: Interval = [heard > earliest && heard <= at ? heard : earliest, at];
  const who = `${about.node} (pid ${about.pid ?? 'unknown'})`;
  const [signal, code] = [textOf(log['signal']), numberOf(log['code'])];
  if (signal !== undefined) {
    return fact('process.signal', about, `${who} was ended by ${signal}`, WEIGHT.signal, interval);
  }
  const summary = `${who} ended with exit code ${code ?? 'unknown'}`;
  return fact('process.exit', about, summary, code === 0 ? WEIGHT.exit : WEIGHT.failure, interval);
}

function breaker(
  msg: string,
  to: string,
  node: string,
  what: Pick<Fact, 'of' | 'about'> & { readonly interval: Interval },
): Fact {
  const magnitude = to === 'open' ? WEIGHT.open : WEIGHT.breaker;
  return { ...what, kind: `breaker.${to}`, summary: `${msg} at ${node}`, magnitude };
}

function taken(msg: string, node: string, at: bigint): Fact[] {
  const [, port, pid, process] = TAKEN.exec(msg) ?? [];
  if (port === undefined) return [];
  const about = known<SystemSubject>({
    node,
    port: Number(port),
    pid: pid === undefined ? undefined : Number(pid),
    process,
  });
  const by = pid === undefined ? 'another process' : `${process} (pid ${pid})`;
  const summary = `${node} could not start: its port ${port} was taken by ${by}`;
  return [fact('port.taken', about, summary, WEIGHT.taken, [at, at])];
}

const fact = (
  kind: string,
  about: Partial<SystemSubject>,
  summary: string,
  magnitude: number,
  interval: Interval,
): Fact => ({ kind, of: about.node ?? '', about, summary, magnitude, interval });

const pidOf = (instance: string | undefined): number | undefined =>
  instance === undefined ? undefined : partsOfInstance(instance)?.pid;
