import fc from 'fast-check';

/**
 * Logs of a few spans, as text: mostly as a firehose writes them, and here and
 * there hard to read without parsing: odd white space, escapes, keys in any
 * order and more than once, numbers in any notation, values that look like what
 * is looked for, lines that are none.
 */
export const oddLog = (): fc.Arbitrary<string> =>
  fc.array(line(), { maxLength: 60, size: '+1' }).map(joined);

/** A line from its time and place in the log. */
type Line = (ts: string, seq: number) => string;

interface TimedLine {
  /** Seconds since the line before. */
  readonly later: number;
  readonly line: Line;
}

function joined(lines: readonly TimedLine[]): string {
  let ts = START_SECONDS;
  return lines
    .map(({ later, line }, seq) => {
      ts += later;
      return line(ts.toFixed(6), seq);
    })
    .join('\n');
}

const START_SECONDS = 1_795_363_200;

const line = (): fc.Arbitrary<TimedLine> =>
  fc.record({
    later: fc.constantFrom(0, 0.000_001, 0.1, 0.1, 0.1, 0.6, -0.2, 70),
    line: mostly(
      fc.tuple(node(), mostly(spanLine(), exit())).map(
        ([node, log]): Line =>
          (ts, seq) =>
            `{"ts":${ts},"node":${node},"instance":${node},"stream":"stdout","seq":${seq},"log":${log}}`,
      ),
      oddLine(),
    ),
  });

/** Repeated, in an order of its own, or no firehose line at all. */
const oddLine = (): fc.Arbitrary<Line> =>
  fc.oneof(
    fc.tuple(node(), spanLine()).map(
      ([node, log]): Line =>
        (ts, seq) =>
          `{"ts":${ts},"node":${node},"instance":${node},"stream":"stdout","seq":${seq - 1},"log":${log}}`,
    ),
    fc.tuple(node(), spanLine()).map(
      ([node, log]): Line =>
        (ts, seq) =>
          `{"seq": ${seq}, "log": ${log}, "node": ${node}, "ts": ${ts}}\r`,
    ),
    fc
      .constantFrom('', 'text', '[]', '{}', '{"node":"x","seq":1,"log":{}', '"span end"', '7')
      .map((text) => () => text),
  );

const node = (): fc.Arbitrary<string> =>
  mostly(
    fc.constantFrom('"shop"', '"pay"'),
    fc.constantFrom('"driver"', '"käse"', '"a\\"b\\n"', '"\\u0073hop"'),
  );

/** An exit, as the runner says it. */
const exit = (): fc.Arbitrary<string> =>
  fc
    .tuple(node(), fc.constantFrom('"SIGKILL"', 'null'))
    .map(
      ([instance, signal]) => `{"msg":"exited","instance":${instance},"code":1,"signal":${signal}}`,
    );

type Member = readonly [key: string, value: string];

const spanLine = (): fc.Arbitrary<string> =>
  fc
    .tuple(ids(), fc.oneof(boundary(), ordinary()))
    .map(([first, second]) => [...first, ...second])
    .chain((members) => mostly(fc.constant(members), changed(members)))
    .chain((members) => mostly(fc.constant(text(members, ',')), fc.constant(text(members, ' , '))));

const text = (members: readonly Member[], comma: string): string =>
  `{${members.map(([key, value]) => `${key}:${value}`).join(comma)}}`;

const changed = (members: readonly Member[]): fc.Arbitrary<readonly Member[]> =>
  fc.oneof(
    fc.shuffledSubarray([...members], { minLength: members.length - 1 }),
    fc.tuple(key(), oddValue()).map((more) => [...members, more]),
    fc.tuple(fc.nat(), oddValue()).map(([at, value]) => {
      const [name = '"a"'] = members[at % members.length] ?? [];
      return at % 2 === 0
        ? [...members, [name, value] as const]
        : members.with(at % members.length, [name, value]);
    }),
  );

const ids = (): fc.Arbitrary<readonly Member[]> =>
  fc
    .tuple(
      mostly(fc.constantFrom('1', '2'), fc.constantFrom('0', 'F')),
      mostly(fc.constantFrom('1', '2', '3'), fc.constantFrom('0', 'x')),
    )
    .map(([trace, span]) => [
      ['"trace_id"', `"${trace.repeat(32)}"`],
      ['"span_id"', `"${span.repeat(16)}"`],
    ]);

const boundary = (): fc.Arbitrary<readonly Member[]> =>
  members({
    '"msg"': fc.constantFrom('"span start"', '"span end"', '"span end"'),
    '"parent_span_id"': mostly(
      fc.constant('"1111111111111111"'),
      fc.constantFrom('"0000000000000000"', 'null'),
    ),
    '"span_name"': string(),
    '"span_kind"': mostly(fc.constantFrom('"server"', '"client"'), fc.constant('"toString"')),
    '"start_time_unix_nano"': nanos(),
    '"end_time_unix_nano"': nanos(),
    '"status"': mostly(
      fc.constant('{"code":0}'),
      fc.constantFrom('{"code":2,"message":"ö\\n"}', '{"code":9}', '{ }', '1'),
    ),
    '"attributes"': mostly(
      fc.constantFrom('{}', '{"a":1,"b":"käse","c":{"trace_id":"span end","d":[1,true]}}'),
      oddObject(),
    ),
    '"events"': mostly(
      fc.constant('[]'),
      fc.constantFrom(
        '[{"time_unix_nano":"1795363200000000000","name":"e","attributes":{"é":1.0}}]',
        '[{"time_unix_nano":"7","name":"e"},1]',
        '{}',
      ),
    ),
    '"links"': mostly(
      fc.constant('[]'),
      fc.constant(`[{"trace_id":"${'1'.repeat(32)}","span_id":"${'2'.repeat(16)}"}]`),
    ),
  });

const nanos = (): fc.Arbitrary<string> =>
  mostly(
    fc
      .tuple(millis(), fc.constantFrom('000000', '000001', '500000'))
      .map(([ms, rest]) => `"${ms}${rest}"`),
    fc.constantFrom('"5"', '"0001795363200000000"', '"99999999999999999999"', '"1e9"', '5'),
  );

/** So few that they often meet, and come in every order. */
const millis = (): fc.Arbitrary<string> =>
  fc.constantFrom(-2_000, -1, 0, 1, 2).map((later) => String(START_SECONDS * 1e3 + later));

const ordinary = (): fc.Arbitrary<readonly Member[]> =>
  members({
    '"level"': fc.constant('30'),
    '"time"': mostly(
      millis(),
      fc.constantFrom('1795363200000.5', '1795363200.25', '-5', '0', '1e12', '"now"', '99'),
    ),
    '"user"': string(),
    '"msg"': string(),
  }).chain((usual) =>
    mostly(
      fc.constant(usual),
      fc
        .oneof(
          fc.constantFrom('null', '"x"').map((value) => [['"message"', value] as const]),
          fc
            .tuple(fc.constantFrom('"error"', '"err"'), string(), string())
            .map(([key, type, message]) => [
              [key, `{"type":${type},"message":${message},"stack":"at x\\n\\tat y"}`] as const,
            ]),
          fc.constantFrom('"one_log.line"', '"exception.type"').map((key): Member[] => [
            [key, '1'],
            ['"error"', '{"type":"E"}'],
          ]),
          fc.constant([
            ['"error"', 'null'],
            ['"err"', '{"type":"E","stack":5}'],
          ] satisfies Member[]),
        )
        .map((more) => [...usual.slice(0, 3), ...more]),
    ),
  );

const members = (of: Record<string, fc.Arbitrary<string>>): fc.Arbitrary<readonly Member[]> =>
  fc.record(of).map((record) => Object.entries(record));

const key = (): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom('"msg"', '"trace_id"', '"span_id"', '"__proto__"', '"10"', '"2"', '"time"'),
    string(),
  );

/** As JSON.stringify writes it, and at times with escapes that it would not write. */
const string = (): fc.Arbitrary<string> =>
  fc
    .oneof(
      fc.constantFrom('a/b', 'ann', '{"trace_id":"x"}', '\\', '"', '\u2028é€😀', '', '\u001b[31m'),
      fc.string({ unit: 'binary', maxLength: 5 }),
    )
    .chain((plain) =>
      mostly(
        fc.constant(JSON.stringify(plain)),
        fc.constantFrom(
          JSON.stringify(plain).replaceAll('/', '\\/').replaceAll('a', '\\u0061'),
          `"${plain.replaceAll(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`,
        ),
      ),
    );

const oddValue = (): fc.Arbitrary<string> =>
  fc.oneof(
    string(),
    fc.constantFrom('0', '-0', '1e3', '1.50', '0.1', '1e-7', '0.0000001', '0.000001', '-12.5'),
    fc.constantFrom('0.30000000000000004', '1.7976931348623157e308', '123456789012345680', '1E+2'),
    fc.constantFrom('12345678901234567890', '100', '0.10', '123456789012345.6', '9007199254740993'),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc.constantFrom('true', 'false', 'null', '[]', '{}', '[1, 2]', '[1,"a",{"b":null}]'),
    fc.constantFrom('{"trace_id":"1","msg":"span end"}', '{"b":1,"a":2}', '{"a":1,"a":2}'),
    fc.constantFrom('{"2":1,"1":2}', '{"__proto__":{"a":1}}', '{"\\u0061":1}'),
  );

const oddObject = (): fc.Arbitrary<string> =>
  fc.array(fc.tuple(key(), oddValue()), { maxLength: 3 }).map((members) => text(members, ','));

/** Nineteen times in twenty the one, else the other. */
function mostly<T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight: 19, arbitrary: usual }, { weight: 1, arbitrary: odd });
}
