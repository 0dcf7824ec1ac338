import type { CallFrame, CallTree } from '../../spans/flame/call-tree.ts';

/** A frame's place: as wide as its total, beside its siblings, the widest first. */
export interface FlameBox {
  readonly frame: CallFrame;
  /** Nanoseconds from the left edge. */
  readonly start: number;
  readonly end: number;
  readonly parent: FlameBox | undefined;
  readonly children: readonly FlameBox[];
}

export interface FlameLayout {
  /** Parents before their children. */
  readonly boxes: readonly FlameBox[];
  /** The boxes of each depth from left to right. */
  readonly levels: readonly (readonly FlameBox[])[];
  readonly totalNanos: number;
}

/** Where each frame is drawn; those that took no time are left out. Without recursion. */
export function flameLayout({ roots, totalNanos }: CallTree): FlameLayout {
  const boxes: Box[] = [];
  const levels: Box[][] = [];
  const waiting: Box[] = placed(roots, 0, undefined).toReversed();
  for (let box = waiting.pop(); box !== undefined; box = waiting.pop()) {
    boxes.push(box);
    (levels[box.frame.depth] ??= []).push(box);
    box.children = placed(box.frame.children, box.start, box);
    for (const child of box.children.toReversed()) waiting.push(child);
  }
  return { boxes, levels, totalNanos };
}

/** The box of a level at a moment. */
export function boxAt({ levels }: FlameLayout, depth: number, nanos: number): FlameBox | undefined {
  const level = levels[depth] ?? [];
  let low = 0;
  let high = level.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((level[middle]?.end ?? 0) <= nanos) low = middle + 1;
    else high = middle;
  }
  const box = level[low];
  return box !== undefined && box.start <= nanos ? box : undefined;
}

interface Box extends FlameBox {
  children: readonly Box[];
}

function placed(frames: readonly CallFrame[], start: number, parent: FlameBox | undefined): Box[] {
  let next = start;
  return frames
    .filter(({ totalNanos }) => totalNanos > 0)
    .toSorted((a, b) => b.totalNanos - a.totalNanos)
    .map((frame) => {
      const box = { frame, start: next, end: next + frame.totalNanos, parent, children: [] };
      next = box.end;
      return box;
    });
}
