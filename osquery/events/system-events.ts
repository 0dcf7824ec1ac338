import type { LogEntry } from '../../log/entry.ts';
import { eventOf, refOf } from './event.ts';
import { intervalOf, nanosOf, partsOfInstance } from './field.ts';
import { readDocker } from './from-docker.ts';
import { DriverFacts } from './from-driver.ts';
import { readIostat } from './from-iostat.ts';
import { readNetwork } from './from-network.ts';
import { OsqueryReader } from './from-osquery.ts';
import { readPerf } from './from-perf.ts';
import { readPressure } from './from-pressure.ts';
import { readProcesses } from './from-processes.ts';
import { readService } from './from-services.ts';
import { readVmstat } from './from-vmstat.ts';
import { LogSilence } from './log-silence.ts';
import type { Fact, Observation } from './observation.ts';
import { SeriesEvents } from './series-events.ts';
import type { SystemEvent } from './system-event.ts';
import { isSystemSource } from './system-source.ts';

/** Sources remembered: a source of a host is one, and another after a restart. */
const MAX_SOURCES = 200;

/** By stream: what its lines tell, and whether each line tells of all there is. */
const READERS: Readonly<
  Record<string, { read: (entry: LogEntry) => Observation[]; isWhole: boolean }>
> = {
  vmstat: { read: readVmstat, isWhole: true },
  pressure: { read: readPressure, isWhole: true },
  iostat: { read: readIostat, isWhole: true },
  processes: { read: readProcesses, isWhole: true },
  network: { read: readNetwork, isWhole: true },
  perf: { read: readPerf, isWhole: true },
  docker: { read: readDocker, isWhole: false },
};

interface Source {
  readonly instance: string;
  readonly series: SeriesEvents;
}

/**
 * The system's events in a firehose: what its sources, the runner and the
 * silence of its nodes tell. A function of the lines alone, live and replayed.
 *
 * Feed every line in its order. `push` gives the events that are over with the
 * line, `open` at any time those that are not, up to the newest look and with
 * the same ids, `end` at the end of the log the rest. What is no line of a
 * system source costs little.
 */
export class SystemEvents {
  readonly #sources = new Map<string, Source>();
  readonly #osquery = new OsqueryReader();
  readonly #driver = new DriverFacts();
  readonly #silence = new LogSilence();
  #droppedSources = 0;

  /** Series and sources that there was no room for any more. */
  get dropped(): number {
    let dropped = this.#droppedSources;
    for (const { series } of this.#sources.values()) dropped += series.dropped;
    return dropped;
  }

  push(entry: LogEntry): SystemEvent[] {
    const settled = entry.ts < this.#osquery.dueSeconds ? [] : this.#settle(entry.ts);
    const events = this.#take(entry);
    return settled.length === 0 ? events : [...settled, ...events];
  }

  #take(entry: LogEntry): SystemEvent[] {
    this.#silence.pass(entry);
    if (isSystemSource(entry)) return this.#observe(entry);
    if (entry.node === 'driver') return this.#driverSays(entry);
    // What the breakers say has no rhythm.
    const silences = entry.node === 'system' ? [] : this.#silence.hear(entry);
    const facts = readService(entry);
    return facts.length === 0 ? silences : [...silences, ...factsOf(entry, facts, 'log')];
  }

  /** The events that have begun and are not over. */
  open(): SystemEvent[] {
    const changes = [...this.#sources.values()].flatMap(({ series }) => series.open());
    return [...changes, ...this.#silence.open()];
  }

  /** The log is over, and with it what is not. */
  end(): SystemEvent[] {
    const changes = [...this.#sources.values()].flatMap(({ series }) => series.end());
    return [...this.#settle(Infinity), ...changes, ...this.#silence.open()];
  }

  #settle(nowSeconds: number): SystemEvent[] {
    return this.#osquery
      .settle(nowSeconds)
      .map(({ fact, line }) =>
        eventOf(fact, [line], 'osquery', partsOfInstance(line.instance)?.host),
      );
  }

  #observe(entry: LogEntry): SystemEvent[] {
    const { source, over } = this.#sourceOf(entry);
    if (entry.stream === 'osquery') {
      const { samples, interval } = this.#osquery.read(entry);
      return [...over, ...source.series.push(samples, interval, entry, false)];
    }
    const reader = READERS[entry.stream];
    if (reader === undefined) return over;
    const { read, isWhole } = reader;
    return [...over, ...source.series.push(read(entry), intervalOf(entry), entry, isWhole)];
  }

  /** The source of the line; one that it took the place of is over. */
  #sourceOf({ node, instance }: LogEntry): { source: Source; over: SystemEvent[] } {
    const host = partsOfInstance(instance)?.host;
    const key = `${node}@${host ?? instance}`;
    const found = this.#sources.get(key);
    this.#sources.delete(key);
    const isSame = found?.instance === instance;
    const source = isSame ? found : { instance, series: new SeriesEvents(node, host) };
    const over = isSame || found === undefined ? [] : found.series.end();
    this.#sources.set(key, source);
    if (this.#sources.size > MAX_SOURCES) over.push(...this.#forgetOne());
    return { source, over };
  }

  #forgetOne(): SystemEvent[] {
    const [oldest] = this.#sources;
    if (oldest === undefined) return [];
    const [key, { series }] = oldest;
    this.#sources.delete(key);
    this.#droppedSources += 1 + series.dropped;
    return series.end();
  }

  #driverSays(entry: LogEntry): SystemEvent[] {
    if (entry.log['tick'] === true) return [];
    const { instance, msg } = entry.log;
    const about = typeof instance === 'string' ? instance : '';
    const facts = this.#driver.push(entry, this.#silence.lastHeardNanos(about));
    if (msg === 'exited') this.#silence.forget(about);
    return factsOf(entry, facts, 'driver');
  }
}

function factsOf(entry: LogEntry, facts: readonly Fact[], source: string): SystemEvent[] {
  const host = partsOfInstance(entry.instance)?.host;
  const at = nanosOf(entry.ts);
  return facts.map((fact) =>
    eventOf({ ...fact, interval: fact.interval ?? [at, at] }, [refOf(entry)], source, host),
  );
}
