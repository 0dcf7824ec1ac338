import { stateGraph } from './transitions.ts';
import type { RulesSyntax } from './syntax.ts';

/**
 * Rules as a graph for Graphviz, a cluster for each machine: states as circles,
 * rules as arrows with their two sides as labels.
 *
 * Definition: https://graphviz.org/doc/info/lang.html
 */
export function dot({ file, machines }: RulesSyntax): string {
  const clusters = machines.map(stateGraph).map(({ name, states, transitions }, index) => {
    const id = (state: string): string => quoted(`${index} ${state}`);
    return [
      `  subgraph ${quoted(`cluster ${index}`)} {`,
      `    label=${quoted(name)};`,
      ...states.map(
        (state, at) =>
          `    ${id(state)} [label=${quoted(state)}, shape=${at === 0 ? 'doublecircle' : 'circle'}];`,
      ),
      ...transitions.map(
        ({ from, to, when, actions }) =>
          `    ${id(from)} -> ${id(to)} [label=${quoted(`${when}\n${actions}`)}];`,
      ),
      '  }',
    ];
  });
  return [
    'digraph rules {',
    `  label=${quoted(file)};`,
    '  rankdir=LR;',
    ...clusters.flat(),
    '}',
    '',
  ].join('\n');
}

/** A backslash in a label would begin an escape of Graphviz's own; line ends become its `\n`. */
function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
