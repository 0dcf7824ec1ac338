import type { CallFrame, CallTree } from './call-tree.ts';

/** What a call path has on one side, of all its traces together; nothing where it is not there. */
export interface DiffSide {
  readonly count: number;
  readonly selfNanos: number;
  readonly totalNanos: number;
  /** Spans, with all that is below. */
  readonly totalCount: number;
}

export interface DiffFrame {
  readonly service: string;
  readonly name: string;
  readonly depth: number;
  readonly parent: DiffFrame | undefined;
  readonly before: DiffSide;
  readonly after: DiffSide;
}

export interface CallTreeDiff {
  /** Parents before their children, siblings as after, those that are gone last. */
  readonly frames: readonly DiffFrame[];
  readonly before: CallTree;
  readonly after: CallTree;
}

/** Puts two call trees over each other. To compare them, divide each side by its traces. */
export function diffCallTrees(before: CallTree, after: CallTree): CallTreeDiff {
  const counts = new Map([...totalCounts(before), ...totalCounts(after)]);
  const sideOf = (frame: CallFrame | undefined): DiffSide =>
    frame === undefined ? NOTHING : { ...pick(frame), totalCount: counts.get(frame) ?? 0 };
  const frames: DiffFrame[] = [];
  const stack = matched(before.roots, after.roots, undefined).reverse();
  for (let pair = stack.pop(); pair !== undefined; pair = stack.pop()) {
    const { old, now, parent } = pair;
    const { service, name, depth } = pair.any;
    const frame = { service, name, depth, parent, before: sideOf(old), after: sideOf(now) };
    frames.push(frame);
    stack.push(...matched(old?.children ?? [], now?.children ?? [], frame).reverse());
  }
  return { frames, before, after };
}

const NOTHING: DiffSide = { count: 0, selfNanos: 0, totalNanos: 0, totalCount: 0 };

const pick = ({ count, selfNanos, totalNanos }: CallFrame): Omit<DiffSide, 'totalCount'> => ({
  count,
  selfNanos,
  totalNanos,
});

interface Pair {
  readonly old: CallFrame | undefined;
  readonly now: CallFrame | undefined;
  /** The one of them that is there. */
  readonly any: CallFrame;
  readonly parent: DiffFrame | undefined;
}

function matched(
  old: readonly CallFrame[],
  now: readonly CallFrame[],
  parent: DiffFrame | undefined,
): Pair[] {
  const left = new Map(old.map((frame) => [keyOf(frame), frame]));
  const pairs = now.map((frame): Pair => {
    const same = left.get(keyOf(frame));
    left.delete(keyOf(frame));
    return { old: same, now: frame, any: frame, parent };
  });
  return [
    ...pairs,
    ...[...left.values()].map((frame) => ({ old: frame, now: undefined, any: frame, parent })),
  ];
}

const keyOf = ({ service, name }: CallFrame): string => JSON.stringify([service, name]);

function totalCounts({ frames }: CallTree): Map<CallFrame, number> {
  const counts = new Map<CallFrame, number>();
  for (const frame of frames.toReversed()) {
    const own = (counts.get(frame) ?? 0) + frame.count;
    counts.set(frame, own);
    if (frame.parent !== undefined) counts.set(frame.parent, (counts.get(frame.parent) ?? 0) + own);
  }
  return counts;
}
