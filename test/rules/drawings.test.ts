import { describe, expect, test } from 'vitest';
import { csvRecord } from '../../rules/csv.ts';
import { dot } from '../../rules/dot.ts';
import { parse } from '../../rules/parse.ts';
import { svg } from '../../rules/svg.ts';

const RULES = String.raw`
machine sessions
key log.user
log.user == "<a & \"b\">" -> event "any"
state out
/in/ -> open "session", goto in
state in
/out/ -> close, goto out
after 30s -> done
`;

describe('a drawing', () => {
  test('for Graphviz has a node a state and an edge a rule', () => {
    expect(dot(parse(RULES, 'my.rules'))).toBe(String.raw`digraph rules {
  label="my.rules";
  rankdir=LR;
  subgraph "cluster 0" {
    label="sessions";
    "0 out" [label="out", shape=doublecircle];
    "0 in" [label="in", shape=circle];
    "0 any state" [label="any state", shape=circle];
    "0 done" [label="done", shape=circle];
    "0 any state" -> "0 any state" [label="log.user == \"<a & \\\"b\\\">\"\nevent \"any\""];
    "0 out" -> "0 in" [label="/in/\nopen \"session\", goto in"];
    "0 in" -> "0 out" [label="/out/\nclose, goto out"];
    "0 in" -> "0 done" [label="after 30s\ndone"];
  }
}
`);
  });

  test('as SVG has them all, every label in a place of its own and nothing raw', () => {
    const drawing = svg(parse(RULES, 'my.rules'));
    const labels = [...drawing.matchAll(/<text x="\d+" y="(-?[\d.]+)"(?: fill="#0a5")?>[^<]/g)];
    expect(labels).toHaveLength(8);
    expect(new Set(labels.map(([, y]) => y)).size).toBe(8);
    expect(drawing.match(/<circle[^>]* r="26"/g)).toHaveLength(4);
    expect(drawing).toContain('log.user == &quot;&lt;a &amp; \\&quot;b\\&quot;&gt;&quot;');
    expect(drawing.match(/&(?!amp;|lt;|gt;|quot;)/)).toBeNull();
  });
});

test.each([
  [['a', 1, null, true], 'a,1,,true\n'],
  [['a,b', 'say "x"', 'two\nlines', { a: [1] }], '"a,b","say ""x""","two\nlines","{""a"":[1]}"\n'],
])('the record %j is %j', (values, expected) => {
  expect(csvRecord(values)).toBe(expected);
});
