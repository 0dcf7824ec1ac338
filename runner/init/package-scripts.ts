import { z } from 'zod';
import type { Found } from './found-node.ts';

const packageFile = z.object({ scripts: z.record(z.string(), z.string()).default({}) });

/** A script with one of these in its name, as `start`, `dev:web` or `api-server`, runs until it is stopped. */
const LASTING = /^(?:start|serve|server|dev|develop|watch|worker|web|api|app|daemon)$/;
/** Of these one is chosen where there are several for the same thing: they run it in different ways. */
const ONE_OF = ['start', 'dev', 'develop', 'serve', 'watch'];
const HOOK = /^(?:pre|post)(.+)$/;

/**
 * The scripts of a package.json that run until they are stopped:
 * `{"scripts": {"start": "node server.js", "dev:worker": "tsx worker.ts"}}`.
 * Throws an Error for what is no package.json.
 */
export function packageScripts(text: string): Found {
  const { scripts } = packageFile.parse(JSON.parse(text));
  const names = Object.keys(scripts).filter(
    (name) => !Object.hasOwn(scripts, HOOK.exec(name)?.[1] ?? ''),
  );
  const lasting = names.filter((name) => wordsOf(name).some((word) => LASTING.test(word)));
  const chosen = lasting.filter((name) => !lasting.some((other) => isBetter(other, name)));
  return {
    nodes: chosen.map((name) => ({ name, command: 'npm', args: ['run', '--silent', name] })),
    leftOut: names.filter((name) => !chosen.includes(name)).map((name) => `npm run ${name}`),
  };
}

const wordsOf = (name: string): string[] => name.toLowerCase().split(/[:._-]/);

/** `start` is better than `dev`, and `start:web` than `dev:web`. */
function isBetter(other: string, name: string): boolean {
  const [a, b] = [other, name].map((script) => {
    const way = wordsOf(script).findIndex((word) => ONE_OF.includes(word));
    const words = wordsOf(script);
    return { rank: ONE_OF.indexOf(words[way] ?? ''), what: words.toSpliced(way, 1).join(':') };
  });
  if (a === undefined || b === undefined || a.rank < 0 || b.rank < 0) return false;
  return a.what === b.what && a.rank < b.rank;
}
