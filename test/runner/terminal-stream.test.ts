import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, test, vi } from 'vitest';

const program = fileURLToPath(new URL('terminal-stream-program.ts', import.meta.url));
/** Of util-linux: gives a program a terminal, which is stuck while nobody reads the output of `script` itself. */
const SCRIPT = 'script';
const hasScript = spawnSync(SCRIPT, ['--version']).status === 0;

test.skipIf(!hasScript)(
  'a program goes on while its terminal is stopped, and loses nothing',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'one-log-terminal-'));
    const sign = join(folder, 'full');
    const terminal = spawn(
      SCRIPT,
      ['-qec', `'${process.execPath}' '${program}' '${sign}'`, '/dev/null'],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    try {
      await vi.waitFor(() => expect(existsSync(sign)).toBe(true), { timeout: 10_000 });
      const lines = (await text(terminal.stdout)).split('\r\n');
      expect(lines).toHaveLength(20_001);
      expect([lines[0], lines[19_999], lines[20_000]]).toEqual(['line 0', 'line 19999', '']);
    } finally {
      terminal.kill();
      rmSync(folder, { recursive: true });
    }
  },
);

test('a stream to what is no terminal is not had', async () => {
  const { stdout } = await execa(process.execPath, [program]);
  expect(stdout).toBe('no terminal');
});
