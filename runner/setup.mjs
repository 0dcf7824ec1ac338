// Makes a bare clone ready to run. Plain JavaScript, because the Node that npm
// starts it with may be too old for TypeScript: the right one is installed here
// as a platform package and linked to node_modules/.bin/node, which npm scripts
// find first.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const windows = process.platform === 'win32';
const bin = join(root, 'node_modules', '.bin', windows ? 'node.cmd' : 'node');

/** Node's first version with type stripping and `node:sqlite` unflagged. */
const OLDEST_NODE = [22, 18];

/**
 * Installs the packages and builds the page, each only if what it is made from
 * has changed since. Throws an Error whose message is for the user.
 * @returns {string} the path of the Node to run One Log with
 */
export function setup() {
  const lock = readFileSync(join(root, 'package-lock.json'));
  step('packages', 'node_modules/.onelog-lock', digest([lock]), 'npm', [
    'ci',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]);
  const node = existsSync(bin) ? bin : process.execPath;
  // npm's scripts say `exec`, so that a signal for npm reaches the program and not a shell
  // between them. Windows' shell has no such word.
  if (windows) writeFileSync(join(root, 'node_modules', '.bin', 'exec.cmd'), '@%*\r\n');
  if (node === process.execPath) requireNode(process.versions.node);
  const page = join(root, 'web', 'page');
  // The page shares pure files with the rest: whatever changes there may change the page.
  const sources = [page, join(root, 'log'), join(root, 'spans')].flatMap(filesBelow);
  const wanted = digest([lock, ...sources.map((file) => readFileSync(file))]);
  step('page', 'web/dist/.onelog-sources', wanted, node, [
    join(root, 'node_modules', 'vite', 'bin', 'vite.js'),
    'build',
    '--logLevel=warn',
    page,
  ]);
  return node;
}

/** Runs a command unless the stamp file says it ran for the same sources. */
function step(what, stampFile, wanted, command, args) {
  const stamp = join(root, stampFile);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  process.stderr.write(`one-log: preparing the ${what} …\n`);
  const began = Date.now();
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    // What the command says is no result: it goes to stderr.
    stdio: ['ignore', 2, 2],
    shell: windows,
  });
  if (status !== 0) {
    throw new Error(
      `preparing the ${what} failed: \`${command} ${args[0]}\` ` +
        (error ? error.message : `ended with ${status}`) +
        '; its messages are above. Mend what they name (network? disk?) and run this again.',
    );
  }
  writeFileSync(stamp, wanted);
  process.stderr.write(`one-log: ${what} ready in ${((Date.now() - began) / 1000).toFixed(1)} s\n`);
}

function requireNode(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  throw new Error(
    `this machine (${process.platform} ${process.arch}) has no packaged Node, and its own is ` +
      `${version}; One Log needs ${OLDEST_NODE.join('.')} or newer: install it from nodejs.org.`,
  );
}

function digest(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    setup();
  } catch (error) {
    process.stderr.write(`one-log: ${error.message}\n`);
    process.exitCode = 2;
  }
}
