/**
 * A profile for `go tool pprof`, speedscope and others, as protobuf:
 * https://github.com/google/pprof/blob/main/proto/profile.proto. To be packed by
 * gzip. Each call path is a sample with the spans that it had and the
 * microseconds that were its own; operations are functions, services files.
 *
 * In `pprof -raw`: `1 1532: 3 2 1` is one span and 1,532 µs at the location 3,
 * which 2 called, which 1 called.
 */
import {
  Function,
  Line,
  Location,
  Mapping,
  Profile,
  Sample,
  StringTable,
  ValueType,
} from 'pprof-format';
import { frameLabel, selfMicros, type CallFrame, type CallTree } from '../call-tree.ts';

/** `startUnixNano` is when the first trace began. */
export function pprofProfile(tree: CallTree, startUnixNano: bigint): Uint8Array {
  const strings = new StringTable();
  const text = (value: string): number => strings.dedup(value);
  const functions: Function[] = [];
  const locations: Location[] = [];
  const locationIds = new Map<string, number>();
  const locationOf = (frame: CallFrame): number => {
    const key = JSON.stringify([frame.service, frame.name]);
    const known = locationIds.get(key);
    if (known !== undefined) return known;
    const id = functions.length + 1;
    const name = text(frameLabel(frame));
    functions.push(new Function({ id, name, systemName: name, filename: text(frame.service) }));
    locations.push(new Location({ id, mappingId: 1, line: [new Line({ functionId: id })] }));
    locationIds.set(key, id);
    return id;
  };
  const micros = selfMicros(tree);
  const path: number[] = [];
  const samples = tree.frames.map((frame, index) => {
    path.length = frame.depth;
    path.push(locationOf(frame));
    return new Sample({ locationId: path.toReversed(), value: [frame.count, micros[index] ?? 0] });
  });
  const wall = new ValueType({ type: text('wall'), unit: text('microseconds') });
  return new Profile({
    sampleType: [new ValueType({ type: text('spans'), unit: text('count') }), wall],
    sample: samples,
    // Without one pprof warns that it knows no program.
    mapping: [new Mapping({ id: 1, filename: text('traces'), hasFunctions: true })],
    location: locations,
    function: functions,
    timeNanos: startUnixNano,
    durationNanos: tree.totalNanos,
    periodType: wall,
    period: 1,
    defaultSampleType: text('wall'),
    stringTable: strings,
  }).encode();
}
