import { Document } from 'yaml';
import { nodeNamer } from '../sources/node-namer.ts';
import type { Found } from './found-node.ts';

/** The text of a config file for what was found in `from`: names become such as nodes may have, each its own. */
export function configText({ nodes, leftOut }: Found, from: string): string {
  const nameOf = nodeNamer();
  const names = new Map(nodes.map(({ name }) => [name, nameOf(name)]));
  const document = new Document({
    nodes: Object.fromEntries(
      nodes.map(({ name, command, args, after, readyPort }) => [
        names.get(name),
        {
          command,
          args,
          ...(after !== undefined && { after: after.map((other) => names.get(other)) }),
          ...(readyPort !== undefined && { ready: { port: readyPort } }),
        },
      ]),
    ),
  });
  const comment = [
    `From ${from}. Start it: onelog run -c THIS_FILE`,
    'More a node may have: env, env_file, cwd, port, ready, after, restart (see the README).',
    ...(leftOut.length > 0 ? ['Left out, since it does not seem to run on:', ...leftOut] : []),
  ];
  document.commentBefore = comment.map((line) => ` ${line.replaceAll(/\s+/g, ' ')}`).join('\n');
  return document.toString({ lineWidth: 100 });
}
