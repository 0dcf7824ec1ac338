import type { AgentConfig } from './agent-config.ts';
import type { QueryRunner } from './query-runner.ts';
import { rowsOf, textRow } from './row-text.ts';
import type { StatusLog } from './status-log.ts';
import { QueryError } from './table-database.ts';
import type { AgentFacts } from './tables/table.ts';

export interface DecorationsOptions {
  readonly runner: Pick<QueryRunner, 'run'>;
  readonly status: Pick<StatusLog, 'warning' | 'error'>;
  readonly facts: (sql: string) => AgentFacts;
}

/**
 * Columns that are added to every log item: those of the first row of each of the
 * configuration's decorator queries, run when it is loaded, before each scheduled
 * query, or every few minutes.
 */
export class Decorations {
  readonly #options: DecorationsOptions;
  #queries: AgentConfig['decorators'] = { load: [], always: [], interval: new Map() };
  #current: Record<string, string> = {};

  constructor(options: DecorationsOptions) {
    this.#options = options;
  }

  get current(): Readonly<Record<string, string>> {
    return this.#current;
  }

  async load(queries: AgentConfig['decorators']): Promise<void> {
    this.#queries = queries;
    this.#current = {};
    await this.#run(queries.load);
  }

  /** Before a scheduled query. */
  always(): Promise<void> {
    return this.#run(this.#queries.always);
  }

  /** @param unixSeconds each second is to be given once, in order */
  async atSecond(unixSeconds: number): Promise<void> {
    for (const [seconds, queries] of this.#queries.interval) {
      if (unixSeconds % seconds === 0) await this.#run(queries);
    }
  }

  async #run(queries: readonly string[]): Promise<void> {
    const { runner, status, facts } = this.#options;
    for (const sql of queries) {
      try {
        const rows = rowsOf((await runner.run(sql, facts(sql))).result);
        if (rows.length > 1) {
          status.warning(`Multiple rows returned for decorator query: ${sql}`);
        }
        if (rows[0] !== undefined) this.#current = { ...this.#current, ...textRow(rows[0]) };
      } catch (error) {
        if (!(error instanceof QueryError)) throw error;
        status.error(`Error executing decorator query ${sql}: ${error.message}`);
      }
    }
  }
}
