import { z } from 'zod';
import type { DockerEngine } from './engine.ts';
import { unixNanos } from './log-position.ts';

/** What is known of a container now. */
export interface Container {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Its output has no frames, and stdout and stderr are one. */
  readonly hasTerminal: boolean;
  readonly logDriver: string;
  readonly isRunning: boolean;
  /** Of the last start, in Unix nanoseconds. */
  readonly startedNanos: bigint;
  /** Of the last end, which may be that of the life before. */
  readonly finishedNanos: bigint;
  readonly exitCode: number;
}

const inspected = z.object({
  Id: z.string(),
  Name: z.string(),
  Config: z.object({
    Image: z.string().default(''),
    Tty: z.boolean().default(false),
    Labels: z.record(z.string(), z.string()).nullish(),
  }),
  HostConfig: z.object({ LogConfig: z.object({ Type: z.string().default('') }) }),
  State: z.object({
    Running: z.boolean(),
    Restarting: z.boolean().default(false),
    StartedAt: z.string(),
    FinishedAt: z.string().default(''),
    ExitCode: z.number().default(0),
  }),
});

/** Asks the engine for a container. Rejects with an EngineError of status 404 if it is gone. */
export async function inspectContainer(
  engine: DockerEngine,
  id: string,
  signal: AbortSignal,
): Promise<Container> {
  const answer = await engine.json(`/containers/${encodeURIComponent(id)}/json`, signal);
  const { Id, Name, Config, HostConfig, State } = inspected.parse(answer);
  return {
    id: Id,
    name: Name.replace(/^\//, ''),
    image: Config.Image,
    labels: Config.Labels ?? {},
    hasTerminal: Config.Tty,
    logDriver: HostConfig.LogConfig.Type,
    isRunning: State.Running && !State.Restarting,
    startedNanos: unixNanos(State.StartedAt) ?? 0n,
    finishedNanos: unixNanos(State.FinishedAt) ?? 0n,
    exitCode: State.ExitCode,
  };
}
