/** `npm run bench`: every figure beside what it is compared with, in one run. `npm run bench -- firehose spans` runs some. */
const BENCHES = {
  firehose: () => import('./firehose.ts'),
  spans: () => import('./spans.ts'),
  'spans-memory': () => import('./spans-memory.ts'),
  peers: () => import('./peers.ts'),
  overhead: () => import('./overhead.ts'),
  start: () => import('./start.ts'),
  flamegraph: () => import('./flamegraph.ts'),
  linearize: () => import('./linearize.ts'),
  driver: () => import('./driver.ts'),
  'incident-analysis': () => import('./incident-analysis.ts'),
  page: () => import('./page.ts'),
} as const;

type Name = keyof typeof BENCHES;

const isName = (name: string): name is Name => Object.hasOwn(BENCHES, name);
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !isName(name));
if (unknown.length > 0) {
  process.stderr.write(
    `one-log: no bench named ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}\n`,
  );
  process.exitCode = 2;
} else {
  for (const name of Object.keys(BENCHES).filter(isName)) {
    if (wanted.length === 0 || wanted.includes(name)) await (await BENCHES[name]()).bench();
  }
}
