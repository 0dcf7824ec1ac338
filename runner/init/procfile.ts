import type { Found, FoundNode } from './found-node.ts';

const LINE = /^([A-Za-z0-9_-]+):\s*(.+?)\s*$/;

/**
 * The processes of a Procfile (https://devcenter.heroku.com/articles/procfile):
 * `web: bundle exec rails server -p $PORT`, each run by a shell. `release` is
 * left out: it runs once, before all others. Throws an Error that names the
 * first line which is none.
 */
export function procfile(text: string): Found {
  const nodes: FoundNode[] = [];
  const leftOut: string[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    const [, name = '', command = ''] = LINE.exec(line) ?? [];
    if (name === '') throw new Error(`line ${index + 1}: expected name: command`);
    if (name === 'release') leftOut.push(`release: ${command}`);
    else nodes.push({ name, command: 'sh', args: ['-c', command] });
  }
  return { nodes, leftOut };
}
