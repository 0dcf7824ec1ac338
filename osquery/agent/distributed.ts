import type { Enrollment } from './enrollment.ts';
import type { AgentFlags } from './flags.ts';
import { pause } from './pause.ts';
import type { QueryRunner } from './query-runner.ts';
import { rowsOf, textRow } from './row-text.ts';
import type { StatusLog } from './status-log.ts';
import type { AgentFacts } from './tables/table.ts';
import { TransportError, type JsonObject } from './tls-transport.ts';

/** How often the server is asked while it wants answers quickly. */
const ACCELERATED_SECONDS = 5;
/** In UTF-16 units: a server takes no endless body. */
const MAX_RESULT_LENGTH = 4 * 1024 * 1024;
/** After so many refusals a result is given up: the server may have forgotten the query. */
const MAX_WRITES = 5;

export interface DistributedOptions {
  readonly enrollment: Enrollment;
  readonly runner: Pick<QueryRunner, 'run'>;
  readonly status: Pick<StatusLog, 'warning' | 'error'>;
  readonly flags: () => AgentFlags;
  readonly facts: (sql: string) => AgentFacts;
  readonly signal: AbortSignal;
}

/** Asks the server for queries of the moment, runs them and writes back what they give, until it is aborted. */
export async function answerQueries(options: DistributedOptions): Promise<never> {
  const { enrollment, status, flags, signal } = options;
  let acceleratedUntilMs = 0;
  for (;;) {
    const most = Date.now() < acceleratedUntilMs ? ACCELERATED_SECONDS : Infinity;
    await pause(() => Math.min(intervalOf(flags()), most), signal);
    if (flags().disable_distributed) continue;
    try {
      const answer = await enrollment.call(flags().distributed_tls_read_endpoint, (nodeKey) =>
        JSON.stringify({ node_key: nodeKey }),
      );
      acceleratedUntilMs = Date.now() + 1000 * accelerationOf(answer);
      for (const [id, sql] of await wantedQueries(answer, options)) {
        await write(await resultOf(id, sql, options), options);
      }
    } catch (error) {
      signal.throwIfAborted();
      status.warning(`Could not answer distributed queries: ${(error as Error).message}`);
    }
  }
}

const intervalOf = (flags: AgentFlags): number => flags.distributed_interval || 1;

/** Seconds; a number alone counts, no text. */
const accelerationOf = ({ accelerate }: JsonObject): number =>
  typeof accelerate === 'number' && accelerate > 0 ? accelerate : 0;

/** The queries of an answer by their ids, but for those whose discovery query gives no rows. */
async function wantedQueries(
  { queries, discovery }: JsonObject,
  { runner, facts }: DistributedOptions,
): Promise<[id: string, sql: string][]> {
  const undiscovered = new Set<string>();
  for (const [id, sql] of textEntries(discovery)) {
    const { result } = await runner.run(sql, facts(sql));
    if (result.rows.length === 0) undiscovered.add(id);
  }
  return textEntries(queries).filter(([id]) => !undiscovered.has(id));
}

/** Of an object of queries by their ids; as in osquery, one that is none spoils all. */
function textEntries(value: unknown): [string, string][] {
  const entries = Object.entries(value ?? {});
  for (const [id, sql] of entries) {
    if (id === '' || typeof sql !== 'string' || sql === '') {
      throw new TransportError(`expected a query as text by its id, not ${JSON.stringify(sql)}`);
    }
  }
  return entries as [string, string][];
}

/** What is written back of one query: its rows, all values as texts, or what is wrong with it. */
async function resultOf(
  id: string,
  sql: string,
  { runner, status, facts, signal }: DistributedOptions,
): Promise<JsonObject> {
  try {
    const { result, wallMs, userMs, systemMs, residentBytes } = await runner.run(sql, facts(sql));
    const rows = rowsOf(result).map(textRow);
    if (JSON.stringify(rows).length > MAX_RESULT_LENGTH) {
      throw new RangeError('the result is too large to be sent: narrow it by WHERE or LIMIT');
    }
    const stats = {
      wall_time_ms: Math.round(wallMs),
      user_time: Math.round(userMs),
      system_time: Math.round(systemMs),
      memory: residentBytes,
    };
    return {
      queries: { [id]: rows },
      statuses: { [id]: 0 },
      messages: { [id]: '' },
      stats: { [id]: stats },
    };
  } catch (error) {
    signal.throwIfAborted();
    const { message } = error as Error;
    status.error(`Error executing distributed query: ${id}: ${message}`);
    return {
      queries: { [id]: [] },
      statuses: { [id]: 1 },
      messages: { [id]: message },
      stats: { [id]: {} },
    };
  }
}

/** Tries a few times; rejects with the last failure. */
async function write(
  result: JsonObject,
  { enrollment, flags, signal }: DistributedOptions,
): Promise<void> {
  const body = (nodeKey: string): string => JSON.stringify({ node_key: nodeKey, ...result });
  for (let attempt = 1; ; attempt++) {
    try {
      await enrollment.call(flags().distributed_tls_write_endpoint, body);
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (attempt === MAX_WRITES) throw error;
    }
    await pause(() => intervalOf(flags()), signal);
  }
}
