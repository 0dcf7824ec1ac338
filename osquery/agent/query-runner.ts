import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Answer, Question } from './query-process.ts';
import { QueryError, type SqlResult } from './table-database.ts';
import { namedNumbers } from './tables/proc.ts';
import { readText } from './tables/read-text.ts';
import type { AgentFacts } from './tables/table.ts';

const PROGRAM = fileURLToPath(new URL('query-process.ts', import.meta.url));

/** How often the memory of a query that runs is looked at. */
const WATCH_MS = 200;

export interface QueryRunnerOptions {
  readonly dockerSocket: string;
  /** After this a query is cut. */
  readonly timeoutMs?: number;
  /** A query whose process grows beyond this is cut; known on Linux alone. */
  readonly maxResidentBytes?: number;
}

/** A query's result and what it took. */
export interface QueryAnswer {
  readonly result: SqlResult;
  readonly wallMs: number;
  readonly userMs: number;
  readonly systemMs: number;
  readonly residentBytes: number;
}

/** A query that ran too long or took too much memory, and was stopped. */
export class QueryCutError extends QueryError {}

/**
 * Runs queries one after the other, in a process of its own: SQLite cannot be
 * interrupted from within, and a table can hang (a file system whose server is
 * gone), but a process can be killed. The process is started with the first query
 * and again after it was killed.
 */
export class QueryRunner {
  readonly #dockerSocket: string;
  readonly #timeoutMs: number;
  readonly #maxResidentBytes: number;
  #child: ChildProcess | undefined;
  /** Settles when the newest query is done. */
  #last: Promise<unknown> = Promise.resolve();
  readonly #closing = new AbortController();

  constructor(options: QueryRunnerOptions) {
    this.#dockerSocket = options.dockerSocket;
    this.#timeoutMs = options.timeoutMs ?? 8000;
    this.#maxResidentBytes = options.maxResidentBytes ?? 512 * 1024 * 1024;
  }

  /**
   * Rejects with a QueryError that says what is wrong with the query, a
   * QueryCutError, or an AbortError when the runner is closed.
   */
  run(sql: string, facts: AgentFacts): Promise<QueryAnswer> {
    const answer = this.#last.then(() => this.#ask({ sql, facts }));
    this.#last = answer.catch(() => {});
    return answer;
  }

  /** Ends the process at once. */
  close(): void {
    this.#closing.abort();
    this.#child?.kill('SIGKILL');
  }

  async #ask(question: Question): Promise<QueryAnswer> {
    this.#closing.signal.throwIfAborted();
    const child = this.#child ?? (await this.#start());
    const startMs = performance.now();
    const watch = watchOver(child, this.#timeoutMs, this.#maxResidentBytes);
    try {
      child.send(question);
      const answer = (await messageOf(child)) as Answer;
      if ('error' in answer) throw new QueryError(answer.error);
      return { ...answer, wallMs: performance.now() - startMs };
    } catch (error) {
      this.#closing.signal.throwIfAborted();
      throw watch.cut() ?? error;
    } finally {
      watch.stop();
    }
  }

  /** A process that can be asked: it says so. */
  async #start(): Promise<ChildProcess> {
    const child = fork(PROGRAM, [this.#dockerSocket], {
      serialization: 'advanced',
      execArgv: [],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child = child;
    // It may end at any time, while a query runs or not.
    child.once('exit', () => {
      if (this.#child === child) this.#child = undefined;
    });
    child.on('error', () => {});
    try {
      await messageOf(child);
      return child;
    } catch (error) {
      this.#closing.signal.throwIfAborted();
      throw error;
    }
  }
}

/** Its next message; rejects with a QueryError when it ends before. */
async function messageOf(child: ChildProcess): Promise<unknown> {
  const listening = new AbortController();
  try {
    const [message] = await Promise.race([
      once(child, 'message', listening),
      once(child, 'exit', listening).then(([code, signal]) => {
        throw new QueryError(`its process ended (${String(signal ?? code)})`);
      }),
    ]);
    return message;
  } finally {
    listening.abort();
  }
}

/** Kills the process when it exceeds a bound, and says then which. */
function watchOver(child: ChildProcess, timeoutMs: number, maxResidentBytes: number) {
  let cut: QueryCutError | undefined;
  const stopBecause = (reason: string): void => {
    cut = new QueryCutError(`stopped: ${reason}`);
    child.kill('SIGKILL');
  };
  const timeout = setTimeout(
    () => stopBecause(`it ran for more than ${timeoutMs / 1000} s`),
    timeoutMs,
  );
  const interval = setInterval(() => {
    const kibibytes = namedNumbers(readText(`/proc/${child.pid}/status`) ?? '').get('VmRSS') ?? 0;
    if (kibibytes * 1024 > maxResidentBytes) {
      stopBecause(`it took more than ${Math.round(maxResidentBytes / 2 ** 20)} MiB of memory`);
    }
  }, WATCH_MS);
  return {
    cut: () => cut,
    stop: () => {
      clearTimeout(timeout);
      clearInterval(interval);
    },
  };
}
