import type { Occurrence } from './occurrence.ts';
import { linkedPairs, type Pair } from './pairs.ts';
import type { TemplateShape } from './template-shape.ts';

/** A kind of work that all its lines name by a key: a request by its id, say. */
export interface Session {
  /** The slot that has the key, for each kind of its lines. */
  readonly slots: ReadonlyMap<TemplateShape, number>;
  readonly firsts: readonly TemplateShape[];
  readonly lasts: readonly SessionEnd[];
  /** Starts and ends between them. */
  readonly inner: readonly Pair[];
  /** Of all that was seen, how many have such a first and such a last line. */
  readonly whole: number;
  readonly seen: number;
}

interface SessionEnd {
  readonly shape: TemplateShape;
  /** Most of its lines are warnings or worse. */
  readonly failed: boolean;
}

const MIN_SESSIONS = 5;
/** Of two slots, so many values of the one with fewer are in the other: they hold the same key. */
const MIN_SHARED = 0.95;
/** Where a slot's values come more often than this, it tells of something that goes on longer than a session. */
const MAX_LINES_A_VALUE = 2;
/** Of its lines, so many are the first (the last) of their session. */
const MIN_AT_THE_EDGE = 0.8;
const MIN_WHOLE = 0.8;
/** In pino's numbers. */
const WARN = 40;

/**
 * Finds work that begins or ends with several kinds of line, so that no pair of
 * kinds has it all: the lines with one value of a key, from those kinds that
 * come first to those that come last.
 *
 * @param occurrences in the order of the log
 */
export function keyedSessions(occurrences: readonly Occurrence[]): Session[] {
  const taken = new Set<TemplateShape>();
  return keySlots(occurrences)
    .map((slots) => session(slots, occurrences))
    .filter((found) => found !== undefined)
    .sort((one, other) => other.whole - one.whole || fields(other) - fields(one))
    .filter((found) => {
      const shapes = [...found.slots.keys()];
      if (shapes.some((shape) => taken.has(shape))) return false;
      for (const shape of shapes) taken.add(shape);
      return true;
    });
}

/** The kinds of lines that have a part in it. */
export function shapesOf({ firsts, lasts, inner }: Session): TemplateShape[] {
  return [
    ...firsts,
    ...lasts.map(({ shape }) => shape),
    ...inner.flatMap(({ start, end, others }) => [start, end, ...others.map(({ shape }) => shape)]),
  ];
}

/** A field of the line is a better key than the same in its text. */
const fields = ({ slots }: Session): number =>
  [...slots].filter(([shape, slot]) => shape.slots[slot]?.isField).length;

interface Place {
  readonly shape: TemplateShape;
  readonly slot: number;
  readonly values: Set<string>;
}

/** Groups of slots that hold the same values, one a shape: each may be a key. */
function keySlots(occurrences: readonly Occurrence[]): Map<TemplateShape, number>[] {
  const places = placesOf(occurrences);
  const group = new Map<Place, Set<Place>>(places.map((place) => [place, new Set([place])]));
  for (const [one, other] of sharing(places)) {
    const [left, right] = [group.get(one), group.get(other)];
    if (left === undefined || right === undefined || left === right) continue;
    for (const place of right) group.set(place, left.add(place));
  }
  return [...new Set(group.values())]
    .filter((members) => members.size > 1)
    .map((members) => new Map([...members].map(({ shape, slot }) => [shape, slot])));
}

function placesOf(occurrences: readonly Occurrence[]): Place[] {
  const places = new Map<string, Place>();
  for (const { entry, shape, values } of occurrences) {
    const { slots } = shape;
    for (const [slot, value] of values.entries()) {
      const { cardinality = 0 } = slots[slot] ?? {};
      if (value === undefined || cardinality * MAX_LINES_A_VALUE < shape.template.lines) continue;
      const id = `${slot} ${shape.source}`;
      const place = places.get(id) ?? { shape, slot, values: new Set() };
      places.set(id, place);
      place.values.add(`${entry.instance}\n${value}`);
    }
  }
  return [...places.values()];
}

/** Pairs of places of different shapes, with the most values in common first. */
function sharing(places: readonly Place[]): (readonly [Place, Place])[] {
  const byValue = new Map<string, Place[]>();
  for (const place of places) {
    for (const value of place.values) {
      const here = byValue.get(value);
      if (here === undefined) byValue.set(value, [place]);
      else here.push(place);
    }
  }
  const shared = new Map<Place, Map<Place, number>>();
  for (const here of byValue.values()) {
    for (const [index, one] of here.entries()) {
      for (const other of here.slice(index + 1)) {
        if (one.shape === other.shape) continue;
        const counts = shared.get(one) ?? new Map<Place, number>();
        shared.set(one, counts.set(other, (counts.get(other) ?? 0) + 1));
      }
    }
  }
  return [...shared]
    .flatMap(([one, counts]) => [...counts].map(([other, count]) => ({ one, other, count })))
    .filter(({ one, other, count }) => {
      const fewer = Math.min(one.values.size, other.values.size);
      return count >= MIN_SHARED * fewer;
    })
    .sort((a, b) => b.count - a.count)
    .map(({ one, other }) => [one, other] as const);
}

/** Undefined where there is no order in what comes first and last, or one kind of line alone does. */
function session(
  slots: ReadonlyMap<TemplateShape, number>,
  occurrences: readonly Occurrence[],
): Session | undefined {
  const own = occurrences.filter(({ shape }) => slots.has(shape));
  const all = [
    ...Map.groupBy(own, ({ entry, shape, values }) => {
      return `${entry.instance}\n${values[slots.get(shape) as number]}`;
    }).values(),
  ];
  const several = all.filter((lines) => lines.length > 1);
  if (several.length < MIN_SESSIONS) return undefined;
  const firsts = edgeShapes(several, 0);
  const lasts = edgeShapes(several, -1);
  if (firsts.size + lasts.size < 3 || firsts.intersection(lasts).size > 0) return undefined;
  const whole = several.filter((lines) => {
    const [first, last] = [lines[0] as Occurrence, lines.at(-1) as Occurrence];
    return firsts.has(first.shape) && lasts.has(last.shape);
  });
  if (whole.length < MIN_WHOLE * all.length) return undefined;
  const failed = (shape: TemplateShape): boolean => {
    const levels = own.filter((line) => line.shape === shape).map(({ level }) => level);
    return levels.filter((level) => level >= WARN).length * 2 > levels.length;
  };
  return {
    slots,
    firsts: [...firsts],
    lasts: [...lasts].map((shape) => ({ shape, failed: failed(shape) })),
    inner: innerPairs(
      own.filter(({ shape }) => !firsts.has(shape) && !lasts.has(shape)),
      slots,
    ),
    whole: whole.length,
    seen: all.length,
  };
}

/** Pairs of which one at most is under way for a key at any time. */
function innerPairs(
  occurrences: readonly Occurrence[],
  slots: ReadonlyMap<TemplateShape, number>,
): Pair[] {
  const byKeyAlone = occurrences.map((occurrence) => ({
    ...occurrence,
    values: occurrence.values.map((value, slot) =>
      slot === slots.get(occurrence.shape) ? value : undefined,
    ),
  }));
  return linkedPairs(byKeyAlone).filter(
    ({ links, collisions }) => links.length > 0 && collisions === 0,
  );
}

/** Kinds of lines that come first (at 0) or last (at -1) nearly always. */
function edgeShapes(sessions: readonly (readonly Occurrence[])[], at: 0 | -1): Set<TemplateShape> {
  const lines = new Map<TemplateShape, { all: number; edge: number }>();
  for (const session of sessions) {
    const edge = session.at(at);
    for (const line of session) {
      const counts = lines.get(line.shape) ?? { all: 0, edge: 0 };
      lines.set(line.shape, counts);
      counts.all++;
      if (line === edge) counts.edge++;
    }
  }
  return new Set(
    [...lines].filter(([, { all, edge }]) => edge >= MIN_AT_THE_EDGE * all).map(([shape]) => shape),
  );
}
