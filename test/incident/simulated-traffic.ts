import type { SystemEvent, SystemSubject } from '../../osquery/events/system-event.ts';
import { SPAN_KIND, type Span } from '../../spans/span.ts';

/** Something that is done to the simulated services for a while. */
export interface Trouble {
  readonly fromSeconds: number;
  readonly toSeconds: number;
  /**
   * - `slow`: Payment takes 8 times as long by itself
   * - `host`: everything takes 5 times as long
   * - `mild`: everything takes 2.5 times as long
   * - `some`: of the requests one in fifteen takes 3 times as long
   * - `errors`: Payment refuses nine of ten, instead of one of five
   * - `stalls`: of Payment's answers one in four takes half a second
   * - `more-errors`: Payment refuses two of five
   * - `gone`: nobody listens at Payment's port
   */
  readonly kind: 'slow' | 'host' | 'mild' | 'some' | 'errors' | 'more-errors' | 'gone' | 'stalls';
}

export interface Simulation {
  readonly seed: number;
  readonly seconds: number;
  readonly perSecond: number;
  readonly troubles: readonly Trouble[];
}

export const START_SECONDS = 1_795_363_200;

/**
 * Spans as two services give them: Poisson arrivals; half of the requests look,
 * the others check out, which calls Payment; durations log-normal; one payment in
 * five fails in quiet times.
 */
export function simulatedSpans({ seed, seconds, perSecond, troubles }: Simulation): Span[] {
  const roll = random(seed);
  const spans: Span[] = [];
  for (let at = -Math.log(1 - roll()) / perSecond; at < seconds;) {
    const trouble = troubles.find(
      ({ fromSeconds, toSeconds }) => at >= fromSeconds && at < toSeconds,
    );
    spans.push(...request(at, trouble?.kind, roll));
    at -= Math.log(1 - roll()) / perSecond;
  }
  return spans;
}

/** An event of the simulated system, its times in seconds from the beginning. */
export function simulatedEvent(
  kind: string,
  fromSeconds: number,
  toSeconds: number,
  about: SystemSubject,
  magnitude = 10,
): SystemEvent {
  const instance = `processes@lab-1/1.${START_SECONDS}`;
  const seq = Math.round(fromSeconds * 1e3);
  return {
    id: `${instance}#${seq}:${kind}:${about.pid ?? about.node ?? ''}`,
    source: 'processes',
    kind,
    startTimeUnixNano: BigInt(Math.round((START_SECONDS + fromSeconds) * 1e6)) * 1000n,
    endTimeUnixNano: BigInt(Math.round((START_SECONDS + toSeconds) * 1e6)) * 1000n,
    about: { host: 'lab-1', ...about },
    summary: `${kind} of ${about.process ?? about.node ?? 'the host'}`,
    magnitude,
    lines: [{ instance, seq }],
  };
}

/** Harmless events of other processes, spread over the time by a seed. */
export function decoys(seed: number, seconds: number, count: number): SystemEvent[] {
  const roll = random(seed);
  const kinds = ['cpu.hog', 'memory.growth', 'io.writes', 'process.exit', 'process.stopped'];
  return Array.from({ length: count }, (_, index) => {
    const from = roll() * (seconds - 12);
    const kind = kinds[Math.floor(roll() * kinds.length)] ?? 'cpu.hog';
    const about = { pid: 1_000 + index, process: 'other' };
    return simulatedEvent(kind, from, from + 1 + roll() * 8, about, 3 + roll() * 10);
  });
}

/** Five minutes with a trouble of 12 s, its cause first among 30 decoys. */
export function simulatedIncident(
  kind: Trouble['kind'],
  seed: number,
): { readonly spans: Span[]; readonly events: SystemEvent[]; readonly cause: SystemEvent } {
  const troubles = [{ kind, fromSeconds: 200, toSeconds: 212 }];
  const spans = simulatedSpans({ seed, seconds: 300, perSecond: 10, troubles });
  const cause = causeOf(kind);
  return { spans, events: [cause, ...decoys(seed + 1, 300, 30)], cause };
}

function causeOf(kind: Trouble['kind']): SystemEvent {
  if (kind === 'host') return simulatedEvent('cpu.hog', 199.6, 212.6, { pid: 99 }, 15);
  return kind === 'gone'
    ? simulatedEvent('process.signal', 199.9, 200, PAYMENT, 30)
    : simulatedEvent('node.command', 200, 200, PAYMENT);
}

export const PAYMENT = { node: 'payment', instance: instanceOf('payment', 20), pid: 20 };

function instanceOf(service: string, pid: number): string {
  return `${service}@lab-1/${pid}.${START_SECONDS}`;
}

/** How many times as long everything takes in a trouble. */
const SCALE: Readonly<Record<string, number>> = { host: 5, mild: 2.5, some: 3 };
/** The share of payments that fail in a trouble. */
const FAILING: Readonly<Record<string, number>> = { errors: 0.9, 'more-errors': 0.4 };

function request(at: number, trouble: Trouble['kind'] | undefined, roll: () => number): Span[] {
  const traceId = hex(roll, 32);
  const isSpared = trouble === 'some' && roll() >= 1 / 15;
  const scale = (isSpared ? undefined : SCALE[trouble ?? '']) ?? 1;
  const duration = (median: number): number => logNormal(median * scale, roll);
  const ids = { root: hex(roll, 16), call: hex(roll, 16), server: hex(roll, 16) };
  const root = {
    traceId,
    spanId: ids.root,
    kind: SPAN_KIND.server,
    service: 'petstore',
    port: 9090,
    from: at,
  };
  if (roll() < 0.5) return [span({ ...root, name: 'GET /pets', to: at + duration(0.002) })];
  const isGone = trouble === 'gone';
  const before = duration(0.002);
  const network = duration(0.001);
  const stall = trouble === 'stalls' && roll() < 0.25 ? 0.5 : 0;
  const own = isGone ? 0 : stall + duration(0.004) * (trouble === 'slow' ? 8 : 1);
  const failed = isGone || roll() < (FAILING[trouble ?? ''] ?? 0.2);
  const call = { traceId, spanId: ids.call, from: at + before, to: at + before + network + own };
  const server = {
    traceId,
    spanId: ids.server,
    parent: ids.call,
    kind: SPAN_KIND.server,
    service: 'payment',
    name: 'POST /payments',
    port: 8080,
    from: call.from + network / 2,
    to: call.to - network / 2,
    ...(failed && { error: 'InvalidPaymentError' }),
  };
  return [
    span({ ...root, name: 'PUT /basket', to: call.to + duration(0.001) }),
    span({
      ...call,
      parent: ids.root,
      kind: SPAN_KIND.client,
      service: 'petstore',
      name: 'POST /payments',
      peer: 8080,
      ...(failed && { error: isGone ? 'ECONNREFUSED' : '400' }),
    }),
    ...(isGone ? [] : [span(server)]),
  ];
}

interface Told {
  readonly traceId: string;
  readonly spanId: string;
  readonly parent?: string;
  readonly kind: Span['kind'];
  readonly service: string;
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly port?: number;
  readonly peer?: number;
  readonly error?: string;
}

function span({
  traceId,
  spanId,
  parent,
  kind,
  service,
  name,
  from,
  to,
  port,
  peer,
  error,
}: Told): Span {
  return {
    traceId,
    spanId,
    ...(parent !== undefined && { parentSpanId: parent }),
    name,
    kind,
    startTimeUnixNano: nanos(from),
    endTimeUnixNano: nanos(to),
    status: { code: error === undefined ? 0 : 2 },
    attributes: {
      ...(port !== undefined && {
        'server.port': port,
        'user.name': `user-${traceId.slice(0, 1)}`,
      }),
      ...(peer !== undefined && { 'server.address': '127.0.0.1', 'server.port': peer }),
      ...(error !== undefined && { 'error.type': error }),
    },
    events: [],
    links: [],
    resource: {
      'service.name': service,
      'service.instance.id': instanceOf(service, service === 'payment' ? 20 : 10),
    },
    lines: [{ instance: instanceOf(service, 10), seq: Math.round(from * 1e6) }],
    warnings: [],
  };
}

const nanos = (seconds: number): string => `${Math.round((START_SECONDS + seconds) * 1e6)}000`;

/** With σ = 0.5. */
function logNormal(median: number, roll: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - roll())) * Math.cos(2 * Math.PI * roll());
  return median * Math.exp(0.5 * normal);
}

const hex = (roll: () => number, digits: number): string =>
  Array.from({ length: digits }, () => Math.floor(roll() * 16).toString(16)).join('');

/** Mulberry32: numbers in [0, 1) from a seed. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
