/**
 * Folded stacks, one call path a line with the time that is its own:
 * https://github.com/brendangregg/FlameGraph#2-fold-stacks, as flamegraph.pl,
 * speedscope and inferno read them. Two numbers a line are a comparison, as
 * difffolded.pl writes it and flamegraph.pl draws it.
 *
 * `petstore: PUT /users/:user/basket;petstore: POST;payment: POST /payments 1532`
 */
import { terminalText } from '../../../log/terminal-text.ts';
import { frameLabel, selfMicros, type CallTree } from '../call-tree.ts';
import type { CallTreeDiff } from '../diff.ts';
import { wholeUnits } from '../self-time.ts';

/** Lines with whole microseconds; frames without time of their own have none. */
export function* foldedLines(tree: CallTree): Generator<string> {
  const micros = selfMicros(tree);
  for (const { path, index } of paths(tree.frames)) {
    if (micros[index] !== 0) yield `${path} ${micros[index]}\n`;
  }
}

/** Lines with the microseconds before and after, each of a trace on average. */
export function* foldedDiffLines({ frames, before, after }: CallTreeDiff): Generator<string> {
  const old = wholeUnits(
    frames.map((frame) => frame.before.selfNanos),
    1_000 * Math.max(1, before.traces),
  );
  const now = wholeUnits(
    frames.map((frame) => frame.after.selfNanos),
    1_000 * Math.max(1, after.traces),
  );
  for (const { path, index } of paths(frames)) {
    if (old[index] !== 0 || now[index] !== 0) yield `${path} ${old[index]} ${now[index]}\n`;
  }
}

interface PathFrame {
  readonly service: string;
  readonly name: string;
  readonly depth: number;
}

/** Frames come with parents first: the path above one is what was last seen at the depths above its own. */
function* paths(frames: readonly PathFrame[]): Generator<{ path: string; index: number }> {
  const path: string[] = [];
  for (const [index, frame] of frames.entries()) {
    path.length = frame.depth;
    path.push(foldedName(frame));
    yield { path: path.join(';'), index };
  }
}

/** `;` ends a frame, and a line ends a path. */
const foldedName = (frame: PathFrame): string =>
  terminalText(frameLabel(frame)).replaceAll(';', ',').replaceAll('\t', ' ');
