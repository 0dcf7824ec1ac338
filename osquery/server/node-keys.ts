import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

/** An agent that has enrolled. */
export interface EnrolledAgent {
  /** Its host identifier, made safe: the name it goes by. */
  readonly host: string;
  /** What it said of itself, for people: `osquery 5.12.1`. */
  readonly agent: string;
  /** Unix ms. */
  readonly enrolledMs: number;
}

export interface KnownAgent extends EnrolledAgent {
  /** When it was heard last since the server's start, in Unix ms, if it was. */
  readonly heardMs?: number;
}

const stored = z.object({
  agents: z.array(
    z.object({
      key: z.string().regex(/^[\da-f]{64}$/),
      host: z.string().max(200),
      agent: z.string().max(200),
      enrolledMs: z.number(),
    }),
  ),
});

/** Agents that are known at the same time; who has not been heard for longest must enroll again. */
const MAX_AGENTS = 1_000;
/** Many enrollments are written together. */
const WRITE_DELAY_MS = 200;

/**
 * The node keys that were given out. Only their SHA-256 is kept, in memory and in
 * the file (mode 0600), so that agents stay enrolled over a restart and a copy of
 * the file opens nothing.
 */
export class NodeKeys {
  readonly #path: string;
  readonly #most: number;
  readonly #onTrouble: (message: string) => void;
  /** By digest, the one heard last at the end. */
  readonly #agents = new Map<string, KnownAgent>();
  #writing: NodeJS.Timeout | undefined;

  constructor(path: string, onTrouble: (message: string) => void, mostAgents = MAX_AGENTS) {
    this.#path = path;
    this.#most = mostAgents;
    this.#onTrouble = onTrouble;
    for (const { key, ...agent } of readAgents(path, onTrouble)) this.#agents.set(key, agent);
    this.#forgetOldest();
  }

  /** The one of each host that was heard last, or has enrolled last. */
  get hosts(): readonly KnownAgent[] {
    const byHost = new Map([...this.#agents.values()].map((agent) => [agent.host, agent]));
    return [...byHost.values()];
  }

  /** A new key for an agent: 256 random bits in hex. */
  give(agent: EnrolledAgent): string {
    const key = randomBytes(32).toString('hex');
    this.#agents.set(digestOf(key), agent);
    this.#forgetOldest();
    this.#writing ??= setTimeout(() => this.#write(), WRITE_DELAY_MS);
    return key;
  }

  /** Whose key it is, which is heard now; undefined for nobody's. How long that takes tells nothing of the keys there are. */
  find(key: string): EnrolledAgent | undefined {
    const digest = digestOf(key);
    const agent = this.#agents.get(digest);
    if (agent === undefined) return undefined;
    this.#agents.delete(digest);
    this.#agents.set(digest, { ...agent, heardMs: Date.now() });
    return agent;
  }

  /** Writes what is not written yet. */
  close(): void {
    if (this.#writing !== undefined) this.#write();
  }

  #forgetOldest(): void {
    for (const digest of this.#agents.keys()) {
      if (this.#agents.size <= this.#most) return;
      this.#agents.delete(digest);
    }
  }

  #write(): void {
    clearTimeout(this.#writing);
    this.#writing = undefined;
    const agents = [...this.#agents].map(([key, { heardMs: _, ...agent }]) => ({ key, ...agent }));
    try {
      writeFileSync(`${this.#path}.next`, `${JSON.stringify({ agents }, undefined, 1)}\n`, {
        mode: 0o600,
      });
      renameSync(`${this.#path}.next`, this.#path);
    } catch (error) {
      this.#onTrouble(
        `agents must enroll again after a restart: ${this.#path}: ${(error as Error).message}`,
      );
    }
  }
}

function readAgents(
  path: string,
  onTrouble: (message: string) => void,
): z.infer<typeof stored>['agents'] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return []; // nobody has enrolled yet
  }
  try {
    return stored.parse(JSON.parse(text)).agents;
  } catch {
    onTrouble(`${path} is damaged: agents must enroll again`);
    return [];
  }
}

const digestOf = (key: string): string => createHash('sha256').update(key).digest('hex');
