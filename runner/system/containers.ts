import type { Firehose, Source } from '../../log/firehose.ts';
import { DockerEngine } from '../docker/engine.ts';
import { openDocker } from '../sources/docker.ts';
import type { LogSource } from '../sources/log-source.ts';
import type { SourceOptions } from '../sources/open-sources.ts';
import type { SampleOptions } from './sources.ts';

/**
 * The events and figures of all containers on the machine, without their logs:
 * they share it with the lab. Gives none where no engine answers, which is
 * usual, they are not to be looked at, or they are with their logs.
 */
export async function watchContainers(
  { sample, docker }: SampleOptions & Pick<SourceOptions, 'docker'>,
  firehose: Firehose,
  driver: Source,
): Promise<LogSource[]> {
  if (!Number.isFinite(sample) || docker === true) return [];
  try {
    const engine = new DockerEngine(process.env['DOCKER_HOST']);
    const options = { labels: [], fromEnd: true, maxLineBytes: 0, logs: false, sampleMs: sample };
    return [await openDocker(engine, firehose, driver, options)];
  } catch {
    return [];
  }
}
