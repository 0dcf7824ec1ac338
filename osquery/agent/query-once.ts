import { hostFacts } from './host-facts.ts';
import { QueryRunner } from './query-runner.ts';
import { plainValue } from './row-text.ts';

/** Columns in the query's order, and rows of as many values. */
export interface OnceResult {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/**
 * Runs one query over the embedded agent's tables on this machine, without a
 * server. Integers too large for a number are given as text. Throws a QueryError,
 * whose message says what is wrong with the query.
 */
export async function queryOnce(
  sql: string,
  dockerSocket = '/var/run/docker.sock',
): Promise<OnceResult> {
  const runner = new QueryRunner({ dockerSocket });
  try {
    const { result } = await runner.run(sql, { info: hostFacts(), schedule: [] });
    return { columns: result.columns, rows: result.rows.map((row) => row.map(plainValue)) };
  } finally {
    runner.close();
  }
}
