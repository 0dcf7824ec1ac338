import { z } from 'zod';
import type { JsonObject } from '../../log/entry.ts';
import type { DockerEngine } from './engine.ts';
import { unixNanos } from './log-position.ts';

const count = z.number().default(0);
const usage = z.object({
  cpu_usage: z.object({ total_usage: count }).prefault({}),
});
const counted = z.object({
  read: z.string(),
  preread: z.string().default(''),
  cpu_stats: usage.prefault({}),
  precpu_stats: usage.prefault({}),
  memory_stats: z
    .object({
      usage: count,
      limit: count,
      stats: z.record(z.string(), z.unknown()).nullish(),
    })
    .prefault({}),
  pids_stats: z.object({ current: count }).prefault({}),
  blkio_stats: z
    .object({
      io_service_bytes_recursive: z.array(z.object({ op: z.string(), value: count })).nullish(),
    })
    .prefault({}),
  networks: z.record(z.string(), z.object({ rx_bytes: count, tx_bytes: count })).nullish(),
});
type Counted = z.infer<typeof counted>;

/** What a container has used since it started: the engine tells totals. */
interface Totals {
  readonly nanos: bigint;
  readonly read: number;
  readonly written: number;
  readonly received: number;
  readonly sent: number;
}

/**
 * The figures of containers, as the engine's API tells them
 * (`GET /containers/ID/stats?stream=false`, which takes it a second or two to
 * answer): CPU over its own interval, all else since the last time it was asked.
 */
export class ContainerStats {
  readonly #engine: DockerEngine;
  readonly #before = new Map<string, Totals>();

  constructor(engine: DockerEngine) {
    this.#engine = engine;
  }

  /**
   * One line's log of a container; undefined where the engine does not tell: it is
   * gone, or has not run long enough. Never rejects.
   */
  async look(
    id: string,
    about: { readonly name: string; readonly node: string },
    signal: AbortSignal,
  ): Promise<JsonObject | undefined> {
    const path = `/containers/${encodeURIComponent(id)}/stats?stream=false`;
    const answer = counted.safeParse(await this.#engine.json(path, signal).catch(() => undefined));
    if (!answer.success) return undefined;
    const [start, end] = [unixNanos(answer.data.preread), unixNanos(answer.data.read)];
    const totals = totalsOf(answer.data, end ?? 0n);
    const before = this.#before.get(id);
    this.#before.set(id, totals);
    // A container that has just started, or stopped, has the year 1 as a time.
    if (start === undefined || end === undefined || start <= 0n || end <= start) return undefined;
    return {
      interval: [secondsOf(start), secondsOf(end)],
      'container.name': about.name,
      'container.id': id.slice(0, 12),
      container_node: about.node,
      ...figures(answer.data, Number(end - start)),
      ...(before !== undefined && rates(before, totals)),
    };
  }

  forget(id: string): void {
    this.#before.delete(id);
  }
}

const secondsOf = (nanos: bigint): number => Number(nanos / 1_000n) / 1e6;

function figures(stats: Counted, nanos: number): JsonObject {
  const { cpu_stats: now, precpu_stats: before, memory_stats: memory, pids_stats: pids } = stats;
  const cpu = (now.cpu_usage.total_usage - before.cpu_usage.total_usage) / nanos;
  // As `docker stats` shows it: what the kernel would give up at once is not in use.
  const inactive = memory.stats?.['total_inactive_file'] ?? memory.stats?.['inactive_file'];
  return {
    cpu: Number(Math.max(0, cpu).toFixed(4)),
    memory: Math.max(0, memory.usage - (typeof inactive === 'number' ? inactive : 0)),
    memory_limit: memory.limit,
    pids: pids.current,
  };
}

function totalsOf({ blkio_stats: io, networks }: Counted, nanos: bigint): Totals {
  const moved = (op: string): number =>
    sum(
      (io.io_service_bytes_recursive ?? []).map((row) =>
        row.op.toLowerCase() === op ? row.value : 0,
      ),
    );
  const interfaces = Object.values(networks ?? {});
  return {
    nanos,
    read: moved('read'),
    written: moved('write'),
    received: sum(interfaces.map((each) => each.rx_bytes)),
    sent: sum(interfaces.map((each) => each.tx_bytes)),
  };
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** Bytes a second. */
function rates(before: Totals, now: Totals): JsonObject {
  const seconds = Number(now.nanos - before.nanos) / 1e9;
  if (seconds <= 0) return {};
  const rate = (key: 'read' | 'written' | 'received' | 'sent'): number =>
    Math.round(Math.max(0, now[key] - before[key]) / seconds);
  return {
    read: rate('read'),
    written: rate('written'),
    received: rate('received'),
    sent: rate('sent'),
  };
}
