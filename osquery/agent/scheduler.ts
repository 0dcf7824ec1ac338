import type { AgentConfig, ScheduledQuery } from './agent-config.ts';
import type { Decorations } from './decorations.ts';
import { difference, NO_ROWS, type RowBag } from './differential.ts';
import type { AgentFlags } from './flags.ts';
import { QueryStats } from './query-stats.ts';
import { QueryCutError, type QueryAnswer, type QueryRunner } from './query-runner.ts';
import { differentialItems, snapshotItems, type ResultHead } from './result-items.ts';
import { rowsOf, textRow, type ResultRow } from './row-text.ts';
import type { StatusLog } from './status-log.ts';
import { QueryError } from './table-database.ts';
import type { AgentFacts, TableRow } from './tables/table.ts';

const DENYLISTED_SECONDS = 86_400;

export interface SchedulerOptions {
  readonly hostIdentifier: string;
  readonly runner: Pick<QueryRunner, 'run'>;
  readonly decorations: Decorations;
  readonly status: Pick<StatusLog, 'warning' | 'error'>;
  readonly flags: () => AgentFlags;
  readonly facts: (sql: string) => AgentFacts;
  /** Takes a result item, a JSON text. */
  readonly add: (item: string) => void;
}

/** What is remembered of one query, by its name, as long as it is in the schedule. */
interface QueryState {
  readonly stats: QueryStats;
  /** It had to be cut, and is left out until then, in Unix seconds. */
  denylistedUntil: number;
  hasRun: boolean;
  result?: { readonly epoch: number; readonly counter: number; readonly bag: RowBag };
}

/**
 * Runs the queries of a schedule, as osquery's does: one after the other, in each
 * second that their interval divides, and makes log items of the results. The
 * first result of a query is given whole (counter 0), then what changed.
 */
export class Scheduler {
  readonly #options: SchedulerOptions;
  #schedule: readonly ScheduledQuery[] = [];
  #states = new Map<string, QueryState>();
  /** Whether a discovery query gave rows, and until when that counts. */
  #discovered = new Map<string, { readonly found: boolean; readonly untilSeconds: number }>();

  constructor(options: SchedulerOptions) {
    this.#options = options;
  }

  /** Takes another schedule; what is known of queries that stay, by their names, is kept. */
  load(config: AgentConfig): void {
    this.#schedule = config.schedule;
    this.#discovered.clear();
    this.#states = new Map(
      config.schedule.map(({ name }) => [name, this.#states.get(name) ?? newState()]),
    );
  }

  /** The rows of osquery_schedule, at this Unix second. */
  rows(now: number): TableRow[] {
    return this.#schedule.map((query) => {
      const { stats, denylistedUntil } = this.#stateOf(query);
      return stats.row(query, query.denylist && denylistedUntil > now);
    });
  }

  /** Runs what is due after the one second up to and with the other: each query once at most. */
  async run(afterSeconds: number, now: number): Promise<void> {
    for (const query of this.#schedule) {
      const { intervalSeconds: interval, atStart, denylist } = query;
      const state = this.#stateOf(query);
      const isDue = Math.floor(now / interval) > Math.floor(afterSeconds / interval);
      if (!isDue && (state.hasRun || !atStart)) continue;
      state.hasRun = true;
      if (denylist && state.denylistedUntil > now) continue;
      if (await this.#isDiscovered(query, now)) await this.#launch(query, state);
    }
  }

  async #launch(query: ScheduledQuery, state: QueryState): Promise<void> {
    const { runner, decorations, status, facts } = this.#options;
    await decorations.always();
    let answer: QueryAnswer;
    try {
      answer = await runner.run(query.query, facts(query.query));
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      if (error instanceof QueryCutError && query.denylist) {
        state.denylistedUntil = unixSeconds() + DENYLISTED_SECONDS;
      }
      status.error(`Error executing scheduled query ${query.name}: ${error.message}`);
      return;
    }
    const now = unixSeconds();
    const rows = rowsOf(answer.result);
    state.stats.record(answer, outputSize(rows), now);
    for (const item of this.#itemsOf(query, state, rows, now)) this.#add(query, item);
  }

  #itemsOf(
    { name, snapshot, removed: tellsRemoved }: ScheduledQuery,
    state: QueryState,
    rows: readonly ResultRow[],
    unixTime: number,
  ): string[] {
    const { hostIdentifier, decorations } = this.#options;
    const flags = this.#options.flags();
    const epoch = flags.schedule_epoch;
    const head: Omit<ResultHead, 'counter'> = {
      name,
      hostIdentifier,
      unixTime,
      epoch,
      decorations: decorations.current,
    };
    if (snapshot) return snapshotItems({ ...head, counter: 0 }, rows, flags);
    const before = state.result?.epoch === epoch ? state.result : undefined;
    const { added, removed, bag } = difference(before?.bag ?? NO_ROWS, rows);
    const hasChanged = added.length > 0 || removed.length > 0;
    if (before !== undefined && !hasChanged) return [];
    const counter = before === undefined ? 0 : before.counter + 1;
    state.result = { epoch, counter, bag };
    const told = tellsRemoved ? removed : [];
    if (counter > 0 && added.length + told.length === 0) return [];
    return differentialItems({ ...head, counter }, added, told, flags);
  }

  #add({ name }: ScheduledQuery, item: string): void {
    const { add, status } = this.#options;
    const most = this.#options.flags().logger_tls_max_linesize;
    const bytes = Buffer.byteLength(item);
    if (bytes <= most) return add(item);
    status.warning(`A result of ${name} was dropped: it has ${bytes} bytes of at most ${most}`);
  }

  /** Whether all of the pack's discovery queries give rows; they are asked again after a while. */
  async #isDiscovered({ discovery }: ScheduledQuery, now: number): Promise<boolean> {
    const { runner, status, facts, flags } = this.#options;
    for (const sql of discovery) {
      let known = this.#discovered.get(sql);
      if (known === undefined || known.untilSeconds <= now) {
        const found = await runner.run(sql, facts(sql)).then(
          ({ result }) => result.rows.length > 0,
          (error: unknown) => {
            if (!(error instanceof QueryError)) throw error;
            status.warning(`Discovery query failed (${sql}): ${error.message}`);
            return false;
          },
        );
        known = { found, untilSeconds: now + flags().pack_refresh_interval };
        this.#discovered.set(sql, known);
      }
      if (!known.found) return false;
    }
    return true;
  }

  #stateOf({ name }: ScheduledQuery): QueryState {
    const state = this.#states.get(name) ?? newState();
    this.#states.set(name, state);
    return state;
  }
}

const newState = (): QueryState => ({ stats: new QueryStats(), denylistedUntil: 0, hasRun: false });

const unixSeconds = (): number => Math.floor(Date.now() / 1000);

const outputSize = (rows: readonly ResultRow[]): number =>
  rows
    .flatMap((row) => Object.entries(textRow(row)))
    .reduce((sum, [column, value]) => sum + column.length + value.length, 0);
