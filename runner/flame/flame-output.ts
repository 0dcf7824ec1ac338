import { gzipSync } from 'node:zlib';
import { terminalText } from '../../log/terminal-text.ts';
import { criticalPath } from '../../spans/critical-path.ts';
import { frameLabel, selfMicros } from '../../spans/flame/call-tree.ts';
import { durationText } from '../../spans/flame/duration-text.ts';
import { foldedLines } from '../../spans/flame/formats/folded.ts';
import { perfettoJson } from '../../spans/flame/formats/perfetto.ts';
import { pprofProfile } from '../../spans/flame/formats/pprof.ts';
import { speedscopeFile } from '../../spans/flame/formats/speedscope.ts';
import { flameSvg } from '../../spans/flame/formats/svg.ts';
import type { Weight } from '../../spans/flame/measured-trace.ts';
import { serviceName } from '../../spans/service-name.ts';
import type { TraceSet } from './trace-set.ts';

export type FlameFormat = 'svg' | 'folded' | 'speedscope' | 'pprof' | 'perfetto' | 'text' | 'json';

/** What is written, in pieces, and what is said of it. */
export interface Output {
  readonly content: Iterable<string | Uint8Array>;
  readonly notes: readonly string[];
}

/** Of a set of traces, in a format. */
export function flameOutput(set: TraceSet, format: FlameFormat, weight: Weight): Output {
  const title = weight === 'critical' ? `Critical path: ${set.name}` : set.name;
  return { content: contentOf(set, format, weight, title), notes: set.notes };
}

function contentOf(
  { traces, tree, notes }: TraceSet,
  format: FlameFormat,
  weight: Weight,
  title: string,
): Iterable<string | Uint8Array> {
  switch (format) {
    case 'svg':
      return [flameSvg(tree, { title, notes })];
    case 'folded':
      return foldedLines(tree);
    case 'speedscope':
      return [`${JSON.stringify(speedscopeFile(title, [{ name: title, tree }]))}\n`];
    case 'pprof':
      return [gzipSync(pprofProfile(tree, firstMoment(traces)))];
    case 'perfetto':
      return perfettoJson(traces);
    case 'text':
      return operationLines(tree);
    case 'json':
      return weight === 'critical' ? sectionsJson(traces, notes) : framesJson(tree, notes);
  }
}

const firstMoment = (traces: TraceSet['traces']): bigint =>
  traces.reduce(
    (least, { tree }) => (tree.origin < least ? tree.origin : least),
    traces[0]?.tree.origin ?? 0n,
  );

/** The operations with most own time first. */
function* operationLines({ frames, totalNanos }: TraceSet['tree']): Generator<string> {
  const operations = [...Map.groupBy(frames, frameLabel)].map(([label, same]) => ({
    label,
    nanos: same.reduce((sum, { selfNanos }) => sum + selfNanos, 0),
    spans: same.reduce((sum, { count }) => sum + count, 0),
  }));
  yield `${'self'.padStart(9)} ${'of all'.padStart(8)} ${'spans'.padStart(8)}  operation\n`;
  for (const { label, nanos, spans } of operations.sort((a, b) => b.nanos - a.nanos)) {
    const share = totalNanos === 0 ? 0 : (100 * nanos) / totalNanos;
    yield `${durationText(nanos).padStart(9)} ${`${share.toFixed(1)} %`.padStart(8)} ${String(spans).padStart(8)}  ${terminalText(label)}\n`;
  }
}

/** Frames name their parents by number, as a path may be deeper than what reads JSON can nest. */
function* framesJson(tree: TraceSet['tree'], warnings: readonly string[]): Generator<string> {
  const micros = selfMicros(tree);
  const totals = [...micros];
  const numbers = new Map(tree.frames.map((frame, index) => [frame, index]));
  const parents = tree.frames.map(({ parent }) =>
    parent === undefined ? undefined : numbers.get(parent),
  );
  for (let index = totals.length - 1; index >= 0; index--) {
    const parent = parents[index];
    if (parent !== undefined) totals[parent] = (totals[parent] ?? 0) + (totals[index] ?? 0);
  }
  const totalMicros = micros.reduce((sum, value) => sum + value, 0);
  const { traces, spans } = tree;
  yield `${JSON.stringify({ traces, spans, totalMicros, warnings }).slice(0, -1)},"frames":[`;
  for (const [index, { service, name, count, errors }] of tree.frames.entries()) {
    const parent = parents[index] ?? null;
    yield `${index === 0 ? '' : ','}${JSON.stringify({ parent, service, name, spans: count, errors, selfMicros: micros[index], totalMicros: totals[index] })}`;
  }
  yield ']}\n';
}

/** Of each trace the sections in time order. */
function* sectionsJson(traces: TraceSet['traces'], warnings: readonly string[]): Generator<string> {
  yield `{"warnings":${JSON.stringify(warnings)},"traces":[`;
  for (const [index, { tree }] of traces.entries()) {
    const sections = criticalPath(tree.nodes.map(({ span }) => span)).map(({ span, ...times }) => ({
      service: serviceName(span),
      name: span.name,
      spanId: span.spanId,
      ...times,
    }));
    const traceId = tree.nodes[0]?.span.traceId;
    yield `${index === 0 ? '' : ','}${JSON.stringify({ traceId, sections })}`;
  }
  yield ']}\n';
}
