/**
 * Speedscope's own file, opened by https://www.speedscope.app:
 * https://www.speedscope.app/file-format-schema.json, of the evented kind, whose
 * size does not grow with the depth.
 *
 * `{"$schema":"https://www.speedscope.app/file-format-schema.json","shared":{"frames":[{"name":"petstore: GET /pets","file":"petstore"}]},"profiles":[{"type":"evented","name":"12 traces","unit":"microseconds","startValue":0,"endValue":1532,"events":[{"type":"O","frame":0,"at":0},{"type":"C","frame":0,"at":1532}]}],"name":"One Log","activeProfileIndex":0,"exporter":"one-log"}`
 */
import { frameLabel, selfMicros, type CallTree } from '../call-tree.ts';

interface SpeedscopeFile {
  readonly $schema: string;
  readonly shared: { readonly frames: readonly SpeedscopeFrame[] };
  readonly profiles: readonly EventedProfile[];
  readonly name: string;
  readonly activeProfileIndex: number;
  readonly exporter: string;
}

interface SpeedscopeFrame {
  readonly name: string;
  /** The service: speedscope colours by file. */
  readonly file: string;
}

interface EventedProfile {
  readonly type: 'evented';
  readonly name: string;
  readonly unit: 'microseconds';
  readonly startValue: 0;
  readonly endValue: number;
  readonly events: readonly {
    readonly type: 'O' | 'C';
    readonly frame: number;
    readonly at: number;
  }[];
}

/** A profile for each tree, by the names they are given; they share their frames. */
export function speedscopeFile(
  title: string,
  profiles: readonly { readonly name: string; readonly tree: CallTree }[],
): SpeedscopeFile {
  const frames: SpeedscopeFrame[] = [];
  const numbers = new Map<string, number>();
  const numberOf = (service: string, name: string): number => {
    const key = JSON.stringify([service, name]);
    const number =
      numbers.get(key) ?? frames.push({ name: frameLabel({ service, name }), file: service }) - 1;
    numbers.set(key, number);
    return number;
  };
  const evented = profiles.map(({ name, tree }) => eventedProfile(name, tree, numberOf));
  return {
    $schema: 'https://www.speedscope.app/file-format-schema.json',
    shared: { frames },
    profiles: evented,
    name: title,
    activeProfileIndex: 0,
    exporter: 'one-log',
  };
}

/** Each frame opens when those before it are done, and closes when its own time and that of all below it is over. */
function eventedProfile(
  name: string,
  tree: CallTree,
  numberOf: (service: string, name: string) => number,
): EventedProfile {
  const micros = selfMicros(tree);
  const events: { type: 'O' | 'C'; frame: number; at: number }[] = [];
  const open: number[] = [];
  let at = 0;
  const closeTo = (depth: number): void => {
    while (open.length > depth) events.push({ type: 'C', frame: open.pop() ?? 0, at });
  };
  for (const [index, { service, name, depth }] of tree.frames.entries()) {
    closeTo(depth);
    const frame = numberOf(service, name);
    open.push(frame);
    events.push({ type: 'O', frame, at });
    at += micros[index] ?? 0;
  }
  closeTo(0);
  return { type: 'evented', name, unit: 'microseconds', startValue: 0, endValue: at, events };
}
