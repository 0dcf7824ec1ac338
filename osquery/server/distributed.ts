import { randomUUID } from 'node:crypto';
import { isJsonObject, type JsonObject, type JsonValue } from '../../log/entry.ts';

/** What became of a query on a host. */
export type DistributedAnswer =
  | { readonly kind: 'rows'; readonly rows: readonly JsonObject[] }
  /** The agent could not run it, and says why. */
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'late' };

interface Pending {
  readonly host: string;
  readonly sql: string;
  readonly resolve: (answer: DistributedAnswer) => void;
}

/** Queries that wait at the same time. */
const MAX_PENDING = 64;
/** For so long the agent asks often after it was given a query: the next may follow. */
const ACCELERATE_SECONDS = 60;

/**
 * Queries on enrolled hosts. An agent fetches those for its host when it next
 * asks, and brings the rows later. A query is handed out at each asking until its
 * answer has come: an agent that asks again without bringing one has lost it.
 */
export class Distributed {
  readonly #pending = new Map<string, Pending>();

  /** Resolves with the host's answer, late after `timeoutMs`. Throws where too many wait. */
  ask(host: string, sql: string, timeoutMs: number): Promise<DistributedAnswer> {
    if (this.#pending.size >= MAX_PENDING) {
      throw new Error(`${MAX_PENDING} queries wait for their answers already: try again later`);
    }
    const id = randomUUID();
    const { promise, resolve } = Promise.withResolvers<DistributedAnswer>();
    const timer = setTimeout(() => resolve({ kind: 'late' }), timeoutMs);
    this.#pending.set(id, { host, sql, resolve });
    return promise.finally(() => {
      clearTimeout(timer);
      this.#pending.delete(id);
    });
  }

  /** The answer to an agent that asks for queries. */
  read(host: string): JsonObject {
    const queries: JsonObject = {};
    for (const [id, pending] of this.#pending) if (pending.host === host) queries[id] = pending.sql;
    return Object.keys(queries).length === 0
      ? { queries }
      : { queries, accelerate: ACCELERATE_SECONDS };
  }

  /** What an agent brings. Answers to what was not asked of its host are passed over. */
  write(host: string, { queries, statuses, messages }: JsonObject): void {
    for (const [id, pending] of this.#pending) {
      if (pending.host !== host) continue;
      const rows = own(queries, id);
      const status = own(statuses, id);
      if (rows === undefined && status === undefined) continue;
      // A status is a number, of old agents a text; without one all is well.
      if (Number(status ?? 0) === 0) {
        const list = Array.isArray(rows) ? rows : [];
        pending.resolve({ kind: 'rows', rows: list.filter(isJsonObject) });
      } else {
        const said = own(messages, id);
        const message =
          typeof said === 'string' && said !== '' ? said : `status ${JSON.stringify(status)}`;
        pending.resolve({ kind: 'failed', message });
      }
    }
  }

  /** Nobody answers any more. */
  close(): void {
    for (const { resolve } of this.#pending.values()) resolve({ kind: 'late' });
  }
}

const own = (object: JsonValue | undefined, key: string): JsonValue | undefined =>
  object !== undefined && isJsonObject(object) && Object.hasOwn(object, key)
    ? object[key]
    : undefined;
