import type { Firehose, Source } from '../../log/firehose.ts';
import { DockerEngine } from '../docker/engine.ts';
import { UserError } from '../user-error.ts';
import { openDocker } from './docker.ts';
import type { LogSource } from './log-source.ts';
import { tailFiles } from './tail.ts';

/** What the user said of logs that other programs write. */
export interface SourceOptions {
  readonly tail?: readonly string[];
  readonly docker?: true;
  /** `key` or `key=value`. */
  readonly label: readonly string[];
  /** A compose project. */
  readonly compose?: string;
  /** Where to begin in what is there already. */
  readonly from: 'start' | 'end';
  readonly maxLine: number;
  /** Milliseconds from look to look at containers; Infinity for none. */
  readonly sample: number;
}

/** Opens them all. Rejects with a UserError, with none left open, for one that cannot be. */
export async function openSources(
  options: SourceOptions,
  firehose: Firehose,
  driver: Source,
): Promise<LogSource[]> {
  const { tail, docker, label, compose } = options;
  if (docker !== true && (label.length > 0 || compose !== undefined)) {
    throw new UserError('--label and --compose choose containers: they go with --docker');
  }
  const common = { fromEnd: options.from === 'end', maxLineBytes: options.maxLine };
  const opened = tail === undefined ? [] : await tailFiles(tail, firehose, driver, common);
  if (docker !== true) return opened;
  const project = compose === undefined ? [] : [`com.docker.compose.project=${compose}`];
  try {
    const engine = new DockerEngine(process.env['DOCKER_HOST']);
    const labels = [...label, ...project];
    const containers = { ...common, labels, logs: true, sampleMs: options.sample };
    return [...opened, await openDocker(engine, firehose, driver, containers)];
  } catch (error) {
    await Promise.all(opened.map((source) => source.close()));
    throw error;
  }
}
