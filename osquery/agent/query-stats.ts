import type { ScheduledQuery } from './agent-config.ts';
import type { QueryAnswer } from './query-runner.ts';
import type { TableRow } from './tables/table.ts';

/** What the runs of one scheduled query have cost so far; a row of osquery_schedule. */
export class QueryStats {
  #executions = 0;
  #lastExecuted = 0;
  #outputSize = 0;
  readonly #sum = { wallMs: 0, userMs: 0, systemMs: 0, residentBytes: 0 };
  #last = { wallMs: 0, userMs: 0, systemMs: 0, residentBytes: 0 };

  /** @param outputSize UTF-16 units of the rows' names and values */
  record(answer: QueryAnswer, outputSize: number, unixSeconds: number): void {
    this.#executions++;
    this.#lastExecuted = unixSeconds;
    this.#outputSize += outputSize;
    this.#last = answer;
    this.#sum.wallMs += answer.wallMs;
    this.#sum.userMs += answer.userMs;
    this.#sum.systemMs += answer.systemMs;
    this.#sum.residentBytes += answer.residentBytes;
  }

  row({ name, query, intervalSeconds }: ScheduledQuery, isDenylisted: boolean): TableRow {
    return {
      name,
      query,
      interval: intervalSeconds,
      executions: this.#executions,
      last_executed: this.#lastExecuted,
      denylisted: Number(isDenylisted),
      output_size: this.#outputSize,
      wall_time: Math.round(this.#sum.wallMs / 1000),
      wall_time_ms: Math.round(this.#sum.wallMs),
      last_wall_time_ms: Math.round(this.#last.wallMs),
      user_time: Math.round(this.#sum.userMs),
      last_user_time: Math.round(this.#last.userMs),
      system_time: Math.round(this.#sum.systemMs),
      last_system_time: Math.round(this.#last.systemMs),
      average_memory: Math.round(this.#sum.residentBytes / Math.max(1, this.#executions)),
      last_memory: this.#last.residentBytes,
    };
  }
}
