import { didYouMean } from './nearest.ts';

/** Which nodes each node waits for. */
export type Waits = Readonly<Record<string, readonly string[]>>;

/** What is wrong, and at which entry of whose `after`. */
export interface OrderIssue {
  readonly node: string;
  readonly index: number;
  readonly message: string;
}

/**
 * What makes it impossible to start all nodes, each after those it waits for: a
 * name that no node has, and each cycle once, in the order of waiting.
 */
export function orderIssues(waits: Waits): OrderIssue[] {
  const names = Object.keys(waits);
  const unknown = names.flatMap((node) =>
    (waits[node] ?? []).flatMap((other, index) =>
      names.includes(other)
        ? []
        : { node, index, message: `no node is named ${quoted(other)}${didYouMean(other, names)}` },
    ),
  );
  return [...unknown, ...cycles(waits)];
}

/** Depth first; a node on the way that is met again closes a cycle. */
function cycles(waits: Waits): OrderIssue[] {
  const issues: OrderIssue[] = [];
  const done = new Set<string>();
  const visit = (node: string, way: readonly string[]): void => {
    const path = [...way, node];
    for (const [index, next] of (waits[node] ?? []).entries()) {
      const at = path.indexOf(next);
      if (at !== -1) {
        const message = `nothing could start: ${[...path.slice(at), next].map(quoted).join(' waits for ')}`;
        issues.push({ node, index, message });
      } else if (!done.has(next) && Object.hasOwn(waits, next)) visit(next, path);
    }
    done.add(node);
  };
  for (const node of Object.keys(waits)) if (!done.has(node)) visit(node, []);
  return issues;
}

const quoted = (name: string): string => JSON.stringify(name);
