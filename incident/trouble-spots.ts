import type { SystemEvent } from '../osquery/events/system-event.ts';
import type { SymptomClass } from './event-kinds.ts';
import type { Gap } from './gaps.ts';
import type { Looked } from './incidents.ts';
import { isCall, type SeenSpan } from './seen-span.ts';
import type { ConcernedTrace, Symptom } from './symptoms.ts';

/**
 * Where the trouble of an incident starts: of each name the share of concerned
 * traces that point to it, 0 to 1.
 */
export interface TroubleSpots {
  readonly nodes: ReadonlyMap<string, number>;
  readonly instances: ReadonlyMap<string, number>;
  readonly pids: ReadonlyMap<number, number>;
  readonly hosts: ReadonlySet<string>;
  readonly ports: ReadonlyMap<number, number>;
  readonly peers: ReadonlyMap<string, number>;
  /** Services of the traces, involved or not. */
  readonly services: ReadonlySet<string>;
  /** How the symptoms are divided, 0 to 1 each. */
  readonly classes: ReadonlyMap<SymptomClass, number>;
}

/** A name that an event and the trouble share, and how much of the trouble has it. */
export interface Shared {
  readonly what: 'pid' | 'instance' | 'node' | 'container' | 'port' | 'peer' | 'host';
  readonly share: number;
}

/** A call blames whom it called, and its caller by so much: less if there was no answer, since that shows nothing of the caller. */
const CALLER_SHARE = { answered: 0.7, unanswered: 0.4 } as const;

/** Adds up where the traces point to. A gap points to the service that nobody else's gap explains. */
export function troubleSpots(
  looked: Looked,
  concerned: readonly ConcernedTrace[],
  gaps: readonly Gap[],
): TroubleSpots {
  const spots = new Spots(looked);
  for (const { origins } of concerned) {
    const weights = origins.map(({ excessMicros }) => Math.max(1, excessMicros));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    for (const [index, origin] of origins.entries()) {
      spots.addSymptom(origin, (weights[index] ?? 0) / sum);
    }
  }
  // Silence is one symptom, however long; it weighs as all failing traces together do.
  for (const { service } of outermost(gaps, looked)) {
    spots.addGap(service, Math.max(1, concerned.length));
  }
  return spots.shares();
}

/** What they share, the strongest first. */
export function sharedWith(spots: TroubleSpots, { about }: SystemEvent): Shared[] {
  const { host, node, instance, pid, container, port, peer } = about;
  const isHere = host === undefined || spots.hosts.size === 0 || spots.hosts.has(host);
  const shared: Shared[] = [
    { what: 'instance', share: of(spots.instances, instance) },
    { what: 'pid', share: isHere ? of(spots.pids, pid) : 0 },
    { what: 'node', share: of(spots.nodes, node) },
    { what: 'container', share: containerShare(spots, container) },
    { what: 'port', share: isHere ? of(spots.ports, port) : 0 },
    { what: 'peer', share: of(spots.peers, peer) },
    { what: 'host', share: host !== undefined && spots.hosts.has(host) ? 1 : 0 },
  ];
  return shared.filter(({ share }) => share > 0);
}

const of = <Key>(shares: ReadonlyMap<Key, number>, key: Key | undefined): number =>
  key === undefined ? 0 : (shares.get(key) ?? 0);

/** A container is known to traces by its name, as node or within the instance. */
function containerShare({ nodes, instances }: TroubleSpots, container: string | undefined): number {
  if (container === undefined || container === '') return 0;
  const byNode = nodes.get(container);
  if (byNode !== undefined) return byNode;
  for (const [instance, share] of instances) if (instance.includes(container)) return share;
  return 0;
}

class Spots {
  readonly #nodes = new Map<string, number>();
  readonly #instances = new Map<string, number>();
  readonly #pids = new Map<number, number>();
  readonly #hosts = new Set<string>();
  readonly #ports = new Map<number, number>();
  readonly #peers = new Map<string, number>();
  readonly #classes = new Map<SymptomClass, number>();
  readonly #network: Network;
  #total = 0;

  constructor(looked: Looked) {
    this.#network = networkOf(looked);
    for (const instance of this.#network.instances) {
      const host = partsOf(instance)?.host;
      if (host !== undefined) this.#hosts.add(host);
    }
  }

  addSymptom({ observation, kind }: Symptom, weight: number): void {
    const { span, answeredBy } = observation;
    this.#total += weight;
    add(this.#classes, classOf(span, kind), weight);
    const isOfCallee = isCall(span.kind) && span.peer !== undefined;
    const ofCaller = CALLER_SHARE[answeredBy === undefined ? 'unanswered' : 'answered'];
    this.#addSpan(span, isOfCallee ? weight * ofCaller : weight);
    if (!isOfCallee || span.peer === undefined) return;
    add(this.#peers, span.peer, weight);
    const port = Number(/:(\d+)$/.exec(span.peer)?.[1] ?? Number.NaN);
    if (Number.isInteger(port)) add(this.#ports, port, weight);
    const callee = answeredBy ?? this.#network.serviceOfPort.get(port);
    if (callee !== undefined) this.#addService(callee, weight);
  }

  addGap(service: string, weight: number): void {
    this.#total += weight;
    add(this.#classes, 'no-request', weight);
    this.#addService(service, weight);
  }

  shares(): TroubleSpots {
    const share = <Key>(weights: ReadonlyMap<Key, number>): Map<Key, number> =>
      new Map([...weights].map(([key, weight]) => [key, Math.min(1, weight / (this.#total || 1))]));
    return {
      nodes: share(this.#nodes),
      instances: share(this.#instances),
      pids: share(this.#pids),
      hosts: this.#hosts,
      ports: share(this.#ports),
      peers: share(this.#peers),
      services: this.#network.services,
      classes: share(this.#classes),
    };
  }

  #addSpan({ service, instance }: SeenSpan, weight: number): void {
    add(this.#nodes, service, weight);
    for (const port of this.#network.portsOfService.get(service) ?? [])
      add(this.#ports, port, weight);
    if (instance !== undefined) this.#addInstance(instance, weight);
  }

  /** All that is known of it, since nothing says which of its instances it was. */
  #addService(service: string, weight: number): void {
    add(this.#nodes, service, weight);
    for (const port of this.#network.portsOfService.get(service) ?? [])
      add(this.#ports, port, weight);
    for (const instance of this.#network.instancesOfService.get(service) ?? []) {
      this.#addInstance(instance, weight);
    }
  }

  #addInstance(instance: string, weight: number): void {
    add(this.#instances, instance, weight);
    const pid = partsOf(instance)?.pid;
    if (pid !== undefined) add(this.#pids, pid, weight);
  }
}

function add<Key>(weights: Map<Key, number>, key: Key, weight: number): void {
  weights.set(key, (weights.get(key) ?? 0) + weight);
}

/** How a symptom is called among those that events bring about. */
function classOf(span: SeenSpan, kind: Symptom['kind']): SymptomClass {
  if (kind !== 'failed') return kind;
  const trouble = span.failure?.trouble ?? 'none';
  return trouble === 'none' ? 'failed' : trouble;
}

/** `payment@lab-1/4711.1795363100` */
function partsOf(instance: string): { host: string; pid: number } | undefined {
  const [, host, pid] = /@([^/@]+)\/(\d+)\.\d+$/.exec(instance) ?? [];
  return host === undefined ? undefined : { host, pid: Number(pid) };
}

/** Who is who among the services, as their spans tell. */
interface Network {
  readonly services: ReadonlySet<string>;
  readonly instances: ReadonlySet<string>;
  readonly serviceOfPort: ReadonlyMap<number, string>;
  readonly portsOfService: ReadonlyMap<string, ReadonlySet<number>>;
  readonly instancesOfService: ReadonlyMap<string, ReadonlySet<string>>;
  readonly callersOfService: ReadonlyMap<string, ReadonlySet<string>>;
}

const networks = new WeakMap<Looked, Network>();

function networkOf(looked: Looked): Network {
  const known = networks.get(looked);
  if (known !== undefined) return known;
  const network = readNetwork(looked);
  networks.set(looked, network);
  return network;
}

function readNetwork({ observations }: Looked): Network {
  const services = new Set<string>();
  const instances = new Set<string>();
  const serviceOfPort = new Map<number, string>();
  const portsOfService = new Map<string, Set<number>>();
  const instancesOfService = new Map<string, Set<string>>();
  const callersOfService = new Map<string, Set<string>>();
  for (const { span, answeredBy } of observations) {
    const { service, instance, port } = span;
    services.add(service);
    if (port !== undefined) {
      serviceOfPort.set(port, service);
      addTo(portsOfService, service, port);
    }
    if (instance !== undefined) {
      instances.add(instance);
      addTo(instancesOfService, service, instance);
    }
    if (answeredBy !== undefined && answeredBy !== service) {
      addTo(callersOfService, answeredBy, service);
    }
  }
  return {
    services,
    instances,
    serviceOfPort,
    portsOfService,
    instancesOfService,
    callersOfService,
  };
}

function addTo<Key, Value>(sets: Map<Key, Set<Value>>, key: Key, value: Value): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([value]));
  else set.add(value);
}

/** Gaps of services none of whose callers is silent too: who is not asked asks nobody. */
export function outermost(gaps: readonly Gap[], looked: Looked): Gap[] {
  const silent = new Set(gaps.map(({ service }) => service));
  const { callersOfService } = networkOf(looked);
  const outer = gaps.filter(({ service }) => {
    const callers = callersOfService.get(service);
    return callers === undefined || callers.isDisjointFrom(silent);
  });
  return outer.length > 0 ? outer : [...gaps];
}
