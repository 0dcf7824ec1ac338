import { z } from 'zod';
import type { JsonObject } from '../../log/entry.ts';
import type { SourceLine } from '../../log/firehose.ts';
import { LineSplitter } from '../../stream/line-splitter.ts';
import type { DockerEngine } from './engine.ts';
import { rfc3339, secondsText } from './log-position.ts';

/** Something that became of a container. */
export interface ContainerEvent {
  readonly id: string;
  /** `start`, `die`, `oom`, `health_status: healthy` … */
  readonly action: string;
  readonly timeNanos: bigint;
  readonly attributes: Readonly<Record<string, string>>;
}

const ACTIONS = 'start die oom health_status kill pause unpause restart destroy'.split(' ');
const MAX_EVENT_BYTES = 1024 * 1024;

const eventLine = z.object({
  Action: z.string(),
  Actor: z.object({ ID: z.string(), Attributes: z.record(z.string(), z.string()).nullish() }),
  // Beyond what a double holds exactly: read from the text.
  timeNano: z.string(),
});

/**
 * The events of containers from a time on, each once, also where they are asked
 * for again: those of the newest time are remembered.
 */
export class ContainerEvents {
  readonly #engine: DockerEngine;
  readonly #labels: readonly string[];
  #sinceNanos: bigint;
  #newest = new Set<string>();

  /** @param labels `key` or `key=value`, all of which a container must have */
  constructor(engine: DockerEngine, labels: readonly string[], sinceNanos: bigint) {
    this.#engine = engine;
    this.#labels = labels;
    this.#sinceNanos = sinceNanos;
  }

  /** Ends when the engine does, or rejects with why. `onOpen` is called once nothing can be missed any more. */
  async follow(
    onOpen: () => void,
    onEvent: (event: ContainerEvent) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const filters = { type: ['container'], event: ACTIONS, label: this.#labels };
    const query = `since=${secondsText(this.#sinceNanos)}&filters=${encodeURIComponent(JSON.stringify(filters))}`;
    const splitter = new LineSplitter(MAX_EVENT_BYTES);
    const stream = await this.#engine.stream(`/events?${query}`, signal);
    onOpen();
    for await (const chunk of stream) {
      for (const { text } of splitter.push(chunk as Buffer)) {
        const event = parseEvent(text);
        if (event !== undefined && this.#isNew(event)) onEvent(event);
      }
    }
  }

  #isNew({ id, action, timeNanos }: ContainerEvent): boolean {
    const key = `${id} ${action}`;
    if (timeNanos < this.#sinceNanos) return false;
    if (timeNanos === this.#sinceNanos && this.#newest.has(key)) return false;
    if (timeNanos > this.#sinceNanos) this.#newest = new Set();
    this.#sinceNanos = timeNanos;
    this.#newest.add(key);
    return true;
  }
}

/** Undefined for a line that is no event of a container. */
function parseEvent(text: string): ContainerEvent | undefined {
  try {
    const { Action, Actor, timeNano } = eventLine.parse(
      JSON.parse(text.replace(/"timeNano":\s*(\d+)/, '"timeNano":"$1"')),
    );
    return {
      id: Actor.ID,
      action: Action,
      timeNanos: BigInt(timeNano),
      attributes: Actor.Attributes ?? {},
    };
  } catch {
    return undefined;
  }
}

/** An event as a line of the node `docker`. */
export function eventSourceLine(event: ContainerEvent, node: string | undefined): SourceLine {
  const { id, action, timeNanos, attributes } = event;
  const { name = '', image = '', exitCode, signal } = attributes;
  const code = exitCode === undefined ? undefined : Number(exitCode);
  const isBad = action === 'oom' || action === 'health_status: unhealthy';
  const log: JsonObject = {
    level: isBad || (code !== undefined && code !== 0) ? 40 : 30,
    msg: `${name} ${action}`,
    action,
    ...(node !== undefined && { container_node: node }),
    'container.name': name,
    'container.id': id.slice(0, 12),
    'container.image.name': image,
    ...(code !== undefined && { exit_code: code }),
    ...(signal !== undefined && { signal }),
  };
  return { text: JSON.stringify(log), time: rfc3339(timeNanos) };
}
