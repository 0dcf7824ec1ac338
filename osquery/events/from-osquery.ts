import type { JsonObject, LogEntry } from '../../log/entry.ts';
import { refOf } from './event.ts';
import { nanosOf, numberOf, objectOf, objectsOf, textOf } from './field.ts';
import { isSample, type Interval, type Sample } from './observation.ts';
import { OsqueryDifferences, type Difference } from './osquery-differences.ts';
import { readRow, type RateOf, type RowAction } from './osquery-row.ts';

/** Queries and counters remembered; when there are more all are forgotten, which costs one look. */
const MAX_QUERIES = 1_000;
const MAX_COUNTERS = 10_000;
/** How often a query is asked, as long as its answers have not shown that. */
const USUAL_GAP = 10;
/** What came with so long a time between two answers has few of them, not a long time between. */
const MAX_GAP = 60;
/** Clocks of other hosts may be wrong, but not by that much: then it counts when the line was read. */
const MAX_SKEW_SECONDS = 86_400;

interface QueryTimes {
  newest: number;
  /** The shortest time between two answers. */
  gap: number;
}

/**
 * Reads results as osquery's agents log them, each kind a line: a row that was
 * added or removed, `{"name":"pack_x_q","hostIdentifier":"h","unixTime":1795370409,"counter":1,"action":"added","columns":{…}}`,
 * a batch of those (`diffResults`), or a whole answer (`snapshot`). Numbers may
 * be texts.
 *
 * osquery tells whole seconds, and that something differs since it asked before.
 * When that was is not told where nothing had changed then, but a query is asked
 * at even intervals: the shortest time between two answers is one of them or
 * several, so what differs happened within so long before the answer.
 */
export class OsqueryReader {
  readonly #queries = new Map<string, QueryTimes>();
  readonly #counters = new Map<string, { count: number; seconds: number }>();
  readonly #differences = new OsqueryDifferences();

  /** From when on there is something to `settle`; in Unix seconds. */
  get dueSeconds(): number {
    return this.#differences.dueSeconds;
  }

  /** What was added or removed by answers that are complete by now, in Unix seconds. */
  settle(nowSeconds: number): Difference[] {
    return this.#differences.settle(nowSeconds);
  }

  /** @returns the values that the line tells, and of when they are; what was added and removed comes by `settle` */
  read(entry: LogEntry): { samples: Sample[]; interval: Interval } {
    const { log, instance, ts } = entry;
    const name = textOf(log['name']) ?? '';
    const said = numberOf(log['unixTime']);
    const isPlausible = said !== undefined && Math.abs(said - ts) < MAX_SKEW_SECONDS;
    const seconds = Math.floor(isPlausible ? said : ts);
    const start = seconds - this.#gap(`${instance} ${name}`, seconds);
    const interval: Interval = [nanosOf(Math.max(0, start)), nanosOf(seconds + 1) - 1n];
    const rateOf: RateOf = (key, count) => this.#rate(`${instance} ${name} ${key}`, count, seconds);
    const samples: Sample[] = [];
    for (const { row, action } of rowsOf(log)) {
      for (const told of readRow(row, action, interval, rateOf)) {
        if (isSample(told)) samples.push(told);
        else {
          const fact = { ...told, interval: told.interval ?? interval };
          const difference = { fact, isAdded: action === 'added', line: refOf(entry) };
          this.#differences.add(`${instance} ${name} ${seconds}`, ts, difference);
        }
      }
    }
    return { samples, interval };
  }

  /** How long before its answer a query may have been asked before. All lines of an answer have the same time. */
  #gap(key: string, seconds: number): number {
    if (this.#queries.size >= MAX_QUERIES) this.#queries.clear();
    const times = this.#queries.get(key) ?? { newest: seconds, gap: Infinity };
    if (seconds > times.newest) {
      times.gap = Math.min(times.gap, seconds - times.newest);
      times.newest = seconds;
    }
    this.#queries.set(key, times);
    return Number.isFinite(times.gap) ? Math.min(times.gap, MAX_GAP) : USUAL_GAP;
  }

  #rate(key: string, count: number, seconds: number): number | undefined {
    if (this.#counters.size >= MAX_COUNTERS) this.#counters.clear();
    const before = this.#counters.get(key);
    this.#counters.set(key, { count, seconds });
    if (before === undefined || seconds <= before.seconds || count < before.count) return undefined;
    return (count - before.count) / (seconds - before.seconds);
  }
}

interface Row {
  readonly row: JsonObject;
  readonly action: RowAction;
}

function rowsOf(log: JsonObject): Row[] {
  const isFirst = numberOf(log['counter']) === 0;
  const added: RowAction = isFirst ? 'first' : 'added';
  const rows = (value: JsonObject[string] | undefined, action: RowAction): Row[] =>
    objectsOf(value).map((row) => ({ row, action }));
  if (log['action'] === 'snapshot') {
    const one = objectOf(log['columns']);
    return [...rows(log['snapshot'], 'snapshot'), ...rows([one], 'snapshot')];
  }
  if (log['action'] === 'added') return rows([objectOf(log['columns'])], added);
  if (log['action'] === 'removed') return rows([objectOf(log['columns'])], 'removed');
  const differences = objectOf(log['diffResults']);
  return [...rows(differences['removed'], 'removed'), ...rows(differences['added'], added)];
}
