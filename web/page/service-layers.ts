import type { CallGraph } from '../call-graph.ts';

interface PlacedService {
  readonly name: string;
  /** Callers are in lower layers than those they call, but for circles. */
  readonly layer: number;
  /** Its place in the layer, from 0; layers are centred on each other by whoever draws them. */
  readonly order: number;
}

export interface ServiceLayers {
  readonly services: readonly PlacedService[];
  readonly layers: number;
  /** Of the largest layer. */
  readonly width: number;
}

const SWEEPS = 6;

/**
 * Places services in layers by who calls whom: the longest way from those whom
 * nobody calls, where circles are cut at the call that closes them in a
 * depth-first walk; within a layer by the mean place of their neighbours
 * (Sugiyama's method: https://doi.org/10.1109/TSMC.1981.4308636, without its
 * dummy nodes). The same graph always gives the same picture.
 */
export function serviceLayers({ nodes, edges }: Pick<CallGraph, 'nodes' | 'edges'>): ServiceLayers {
  const callees = new Map(nodes.map(({ name }) => [name, [] as string[]]));
  for (const { from, to } of edges) if (from !== to && callees.has(to)) callees.get(from)?.push(to);
  const layerOf = longestWays(callees);
  const layers: string[][] = [];
  for (const { name } of nodes) (layers[layerOf.get(name) ?? 0] ??= []).push(name);
  sortByNeighbours(layers, callees);
  return {
    services: layers.flatMap((names, layer) =>
      names.map((name, order) => ({ name, layer, order })),
    ),
    layers: layers.length,
    width: Math.max(0, ...layers.map((names) => names.length)),
  };
}

/** Layers without gaps, counted from 0. */
function longestWays(callees: ReadonlyMap<string, readonly string[]>): Map<string, number> {
  const order = callersFirst(callees);
  const layers = new Map(order.map((name) => [name, 0]));
  const seen = new Set<string>();
  for (const name of order) {
    seen.add(name);
    const next = (layers.get(name) ?? 0) + 1;
    // A callee that has had its turn closes a circle.
    for (const callee of callees.get(name) ?? []) {
      if (!seen.has(callee)) layers.set(callee, Math.max(next, layers.get(callee) ?? 0));
    }
  }
  return layers;
}

/** A topological order where there is one: the reverse of the order in which a depth-first walk leaves the nodes. */
function callersFirst(callees: ReadonlyMap<string, readonly string[]>): string[] {
  const called = new Set([...callees.values()].flat());
  const starts = [...callees.keys()].sort((a, b) => Number(called.has(a)) - Number(called.has(b)));
  const left: string[] = [];
  const entered = new Set<string>();
  for (const start of starts) {
    if (entered.has(start)) continue;
    entered.add(start);
    const path = [{ name: start, next: 0 }];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const callee = callees.get(top.name)?.[top.next++];
      if (callee === undefined) {
        left.push(top.name);
        path.pop();
      } else if (!entered.has(callee)) {
        entered.add(callee);
        path.push({ name: callee, next: 0 });
      }
    }
  }
  return left.reverse();
}

/** Changes the order within the layers, one after the other. */
function sortByNeighbours(
  layers: readonly string[][],
  callees: ReadonlyMap<string, readonly string[]>,
): void {
  const neighbours = new Map<string, string[]>();
  const add = (name: string, other: string): void => {
    const known = neighbours.get(name);
    if (known === undefined) neighbours.set(name, [other]);
    else known.push(other);
  };
  for (const [name, called] of callees) {
    for (const callee of called) {
      add(name, callee);
      add(callee, name);
    }
  }
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const layer of layers) {
      // Anew for each: layers that are sorted at once would swap for ever.
      const places = placesIn(layers);
      const meanOf = new Map(layer.map((name) => [name, mean(name, neighbours.get(name), places)]));
      layer.sort((a, b) => (meanOf.get(a) ?? 0) - (meanOf.get(b) ?? 0));
    }
  }
}

/** Each name's place in its layer, from 0 to 1. */
function placesIn(layers: readonly (readonly string[])[]): Map<string, number> {
  return new Map(
    layers.flatMap((layer) => layer.map((name, order) => [name, (order + 0.5) / layer.length])),
  );
}

function mean(
  name: string,
  neighbours: readonly string[] | undefined,
  places: ReadonlyMap<string, number>,
): number {
  if (neighbours === undefined) return places.get(name) ?? 0;
  const sum = neighbours.reduce((total, other) => total + (places.get(other) ?? 0), 0);
  return sum / neighbours.length;
}
