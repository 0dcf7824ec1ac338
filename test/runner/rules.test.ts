import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { rules } from '../../runner/commands/rules.ts';
import { onelog, temporaryFolder } from '../onelog.ts';

/** A folder with these files. */
function folderWith(files: Record<string, string>): string {
  const cwd = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  return cwd;
}

const LOG = `2026-11-23 09:00:00.000 INFO job 1 started, "quick"
2026-11-23 09:00:01.000 WARN job 1 failed
java.lang.Error: no
\tat Job.run(Job.java:7)
2026-11-23 09:00:02.000 INFO job 2 started, "quick"
`;
const RULES = `key id
/job (?<id>\\d+) (?<what>\\w+)/ -> count lines, last what, last at = ts
finally -> emit job(job = key, lines, what, at)
`;

describe('onelog rules', () => {
  test('runs rules over a log for their rows', async () => {
    const cwd = folderWith({ 'app.log': LOG, 'my.rules': RULES });
    const csv = await onelog(cwd, ['rules', '--run', 'my.rules', 'app.log']);
    expect(csv.stdout).toBe('job,lines,what,at\n1,2,failed,1795424401\n2,1,started,1795424402');
    expect(csv.stderr).toContain('3 lines, 3 of them read by rules: 2 rows');
    const ndjson = await onelog(cwd, [
      'rules',
      '--run',
      'my.rules',
      'app.log',
      '--format',
      'ndjson',
    ]);
    expect(ndjson.stdout.split('\n').map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { table: 'job', job: '1', lines: 2 },
      { table: 'job', job: '2' },
    ]);
  });

  test('prints the template of every line, also of those of a stack trace', async () => {
    const cwd = folderWith({ 'app.log': LOG });
    const { stdout } = await onelog(cwd, ['rules', '--templates', 'app.log']);
    expect(stdout).toBe(
      'line,id,template\n1,1,"job <*> started, ""quick"""\n2,2,job <*> failed\n3,2,job <*> failed\n4,2,job <*> failed\n5,1,"job <*> started, ""quick"""',
    );
  });

  test('proposes rules that hold for the log they were learned from', async () => {
    const lines = Array.from({ length: 20 }, (_, n) => {
      const time = `2026-11-23 09:00:${String(n + 10)}`;
      return `${time}.000 INFO import ${n} started\n${time}.500 INFO import ${n} finished\n`;
    });
    const cwd = folderWith({ 'app.log': lines.join('') });
    const { stdout, exitCode } = await onelog(cwd, ['rules', '--learn', 'app.log']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('20 starts, 20 ends, 20 of them matched');
    writeFileSync(join(cwd, 'learned.rules'), stdout);
    const checked = await onelog(cwd, ['rules', '--check', 'learned.rules']);
    expect(checked).toMatchObject({ exitCode: 0, stdout: '' });
  });

  test('exits with 1 for what is likely wrong, and 2 for what is no rule', async () => {
    const cwd = folderWith({ 'bad.rules': '/a/ done\n', 'odd.rules': '/(?<a>x)/ -> done\n' });
    expect(await onelog(cwd, ['rules', '--check', 'odd.rules'])).toMatchObject({
      exitCode: 1,
      stdout: 'odd.rules:1:5: nothing reads the capture a; (?:…) only groups (unused-capture)',
    });
    expect(await onelog(cwd, ['rules', '--check', 'bad.rules'])).toMatchObject({
      exitCode: 2,
      stderr: 'one-log: bad.rules:1:5: expected `->` and actions, but there is "done"',
    });
  });

  const options = { similarity: 0.5, depth: 4 };
  test.each([
    [
      { check: 'none.rules' },
      'there is no rules file none.rules; name a file, or one of those that ship: access-log,',
      [],
    ],
    [{ run: 'access-log' }, '--run takes rules and then the logs', []],
    [{ run: 'access-log' }, 'no rule of access-log makes a row'],
    [{ run: 'petstore-timings', table: 'x' }, 'petstore-timings has no table x; it has timing'],
    [{ run: 'petstore-timings' }, 'none.log'],
    [{ check: 'a', dot: 'a' }, 'but got --check and --dot'],
    [{}, 'expected one of --check, --dot, --svg, --learn, --templates, --run, but got none'],
    [{ svg: 'access-log' }, '--svg takes one file, but there is none.log too'],
    [{ svg: 'access-log', format: 'csv' as const }, '--svg answers in text, not in csv', []],
  ])('%j is refused with what to do', async (given, message, files: string[] = ['none.log']) => {
    await expect(rules(files, { ...options, ...given })).rejects.toThrow(message);
  });
});
