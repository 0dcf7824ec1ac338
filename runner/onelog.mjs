#!/usr/bin/env node
// `onelog` outside of npm scripts (npx, npm link): makes itself ready, then goes
// on in the Node that One Log brings along.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { setup } from './setup.mjs';

try {
  const program = fileURLToPath(new URL('onelog.ts', import.meta.url));
  const child = spawn(setup(), [program, ...process.argv.slice(2)], { stdio: 'inherit' });
  child.once('error', (error) => fail(error));
  child.once('exit', (code, signal) => {
    process.exitCode = code ?? 1;
    if (signal) process.kill(process.pid, signal);
  });
  // From a terminal the child gets them itself; from elsewhere they come here only.
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT');
  });
} catch (error) {
  fail(error);
}

function fail(error) {
  process.stderr.write(`one-log: ${error.message}\n`);
  process.exitCode = 2;
}
