/** The process that runs queries for query-runner.ts, which may kill it at any time. */
import { TableDatabase, type SqlResult } from './table-database.ts';
import { tablesOf } from './tables/catalogue.ts';
import type { AgentFacts } from './tables/table.ts';

/** What it is asked. */
export interface Question {
  readonly sql: string;
  readonly facts: AgentFacts;
}

/** What it answers: `ready` once, then one answer a question, in their order. */
export type Answer =
  | {
      readonly result: SqlResult;
      /** What the query took of this process. */
      readonly userMs: number;
      readonly systemMs: number;
      /** Of this process, after the query. */
      readonly residentBytes: number;
    }
  | { readonly error: string };

/** Files that cannot be read are told by errors, hundreds in a scan: their stacks are of no use. */
Error.stackTraceLimit = 0;

const [dockerSocket = ''] = process.argv.slice(2);
const database = new TableDatabase(tablesOf(dockerSocket));

process.on('message', (question: Question) => {
  void answer(question).then((message: Answer) => process.send?.(message));
});

process.send?.('ready');

/** Whoever started this process is gone. */
process.once('disconnect', () => process.exit());

async function answer({ sql, facts }: Question): Promise<Answer> {
  const before = process.cpuUsage();
  try {
    const result = await database.query(sql, facts);
    const { user, system } = process.cpuUsage(before);
    const residentBytes = process.memoryUsage.rss();
    return { result, userMs: user / 1000, systemMs: system / 1000, residentBytes };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
