import type { GrowthBy } from '../../spans/flame/growth.ts';
import type { Weight } from '../../spans/flame/measured-trace.ts';
import { diffOutput } from '../flame/diff-output.ts';
import { flameOutput, type FlameFormat } from '../flame/flame-output.ts';
import { traceSet } from '../flame/trace-set.ts';
import { writeOutput } from '../flame/write-output.ts';
import { say } from '../say.ts';
import { otherTraces } from '../traces/other-traces.ts';
import { readTraces, type TraceSource } from '../traces/read-traces.ts';
import type { TraceChoice } from '../traces/trace-choice.ts';

export interface FlamegraphOptions extends TraceSource, TraceChoice {
  readonly limit: number;
  readonly criticalPath?: boolean;
  readonly diff?: string;
  readonly by: GrowthBy;
  readonly format: FlameFormat;
  readonly output?: string;
}

/** Draws where the time of traces goes, or how that has changed. What is doubtful about them goes to stderr too. */
export async function flamegraph(options: FlamegraphOptions): Promise<void> {
  const { format, limit, diff, by } = options;
  const weight: Weight = options.criticalPath ? 'critical' : 'self';
  const reading = { keeps: format === 'perfetto' ? 'whole' : 'slim', limit } as const;
  const read = await readTraces(options, options, reading);
  const chosen = traceSet(read, options, weight);
  let output: ReturnType<typeof flameOutput>;
  if (diff === undefined) {
    output = flameOutput(chosen, format, weight);
  } else {
    const other = await otherTraces(diff, options, options, reading, read);
    output = diffOutput(traceSet(other.read, other.choice, weight), chosen, format, { weight, by });
  }
  for (const note of output.notes) say(note);
  await writeOutput(output.content, format, options.output);
}
