/** A span that may have made another. */
export interface Edge {
  /** Indexes of the spans. */
  readonly child: number;
  readonly parent: number;
  /** The two operations, caller first: what edges are alike by. */
  readonly relation: string;
}

/** Which span made a span, as far as that can be told. */
export interface ParentLink {
  /** An index; undefined where the span has none that logged. */
  readonly parent: number | undefined;
  /** 0 to 1: how likely this is, against all the other ways. */
  readonly confidence: number;
}

/** By parent, its children in the order of their indexes. */
export function childrenOf(links: readonly ParentLink[]): readonly (readonly number[])[] {
  const children: number[][] = links.map(() => []);
  for (const [child, { parent }] of links.entries()) {
    if (parent !== undefined) children[parent]?.push(child);
  }
  return children;
}

/** Cuts each cycle at its least sure link: spans of equal times can seem to contain each other. */
export function withoutCycles(links: readonly ParentLink[]): ParentLink[] {
  const cut = [...links];
  const done = new Set<number>();
  const confidence = (index: number): number => cut[index]?.confidence ?? 0;
  for (const first of links.keys()) {
    const path: number[] = [];
    const onPath = new Set<number>();
    let at: number | undefined = first;
    while (at !== undefined && !done.has(at) && !onPath.has(at)) {
      path.push(at);
      onPath.add(at);
      at = cut[at]?.parent;
    }
    if (at !== undefined && onPath.has(at)) {
      const weakest = path
        .slice(path.indexOf(at))
        .reduce((least, index) => (confidence(index) < confidence(least) ? index : least));
      cut[weakest] = { parent: undefined, confidence: 1 - confidence(weakest) };
    }
    for (const index of path) done.add(index);
  }
  return cut;
}
