import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { eventually, onelog, outputOf } from '../onelog.ts';
import { beginFault } from '../runner/faults/begin-fault.ts';
import { PracticeLab } from '../runner/faults/practice-lab.ts';

const why = await whyNot();
if (why !== undefined) process.stderr.write(`skipped: faults of the network: ${why}\n`);

describe.skipIf(why !== undefined)('a fault of the network', () => {
  test('refuses connections to the one port, and lets them pass again', async () => {
    const lab = await PracticeLab.start();
    const other = await PracticeLab.start();
    const { begun, record, stop } = beginFault(lab, 'refuse');
    expect(await begun).toContain(`connections to port ${lab.port} of shop are refused`);
    expect(await answerOf(lab)).toBe('ECONNREFUSED');
    expect(await answerOf(other)).toBe('fine');
    stop();
    expect(await record).toMatchObject({ undone: true, ports: [lab.port] });
    expect(await answerOf(lab)).toBe('fine');
    expect(await rulesFor(lab)).toBe(0);
  });

  test('loses packets both ways, and no more when it is over', async () => {
    const lab = await PracticeLab.start();
    const { begun, record, stop } = beginFault(lab, 'loss', { sizeText: '50%' });
    await begun;
    expect(await rulesFor(lab)).toBe(2);
    stop();
    await record;
    expect(await rulesFor(lab)).toBe(0);
  });

  test('is undone by the kernel where the command is killed', async () => {
    const lab = await PracticeLab.start();
    const command = onelog(lab.cwd, ['fault', 'refuse', '--node', 'shop', '--for', '60s']);
    await outputOf(command, /are refused/, 'stderr');
    expect(await rulesFor(lab)).toBe(1);
    command.kill('SIGKILL');
    await command;
    await eventually(async () => ((await rulesFor(lab)) === 0 ? true : undefined));
    expect(await answerOf(lab)).toBe('fine');
  });
});

async function whyNot(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'packet filters are Linux only';
  const { failed, stderr, shortMessage } = await nft('list', 'ruleset');
  return failed ? stderr || shortMessage : undefined;
}

function nft(...args: string[]) {
  return execa('nft', args, { reject: false, stdin: 'ignore' });
}

async function rulesFor({ port }: PracticeLab): Promise<number> {
  const { stdout } = await nft('list', 'ruleset');
  return (stdout.match(new RegExp(`tcp [ds]port ${port}\\b`, 'g')) ?? []).length;
}

/** What it says, or why it cannot be reached. */
async function answerOf({ port }: PracticeLab): Promise<string | undefined> {
  try {
    return await (await fetch(`http://127.0.0.1:${port}/`)).text();
  } catch (error) {
    return (error as { cause?: { code?: string } }).cause?.code;
  }
}
