import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { serveControl, stdinRoute } from '../../../runner/control.ts';
import { LabFolder } from '../../../runner/lab-folder.ts';
import { temporaryFolder } from '../../onelog.ts';

/** A server on a port of its own, or the same as before; says which. */
const SERVER = `const server = require('node:http').createServer((_, response) => response.end('fine'));
const listen = () => server.listen(Number(process.argv[1]), '127.0.0.1');
server.once('listening', () => process.stdout.write(server.address().port + '\\n'));
server.on('error', () => setTimeout(listen, 5));
listen();`;

/** The runner waits a second at least, which is when another can take the port. */
const RESTART_MS = 1_000;

/**
 * A lab of one node, `shop`, without a runner: this process announces it, starts
 * it again when it is killed, and answers its commands as `shop` would.
 */
export class PracticeLab {
  readonly cwd = temporaryFolder();
  readonly folder = new LabFolder(this.cwd);
  /** Lines that were written to the node's stdin. */
  readonly told: string[] = [];
  port = 0;
  #child: ChildProcess | undefined;
  #isOver = false;

  static async start(): Promise<PracticeLab> {
    const lab = new PracticeLab();
    lab.folder.claim();
    writeFileSync(lab.folder.defaultLog, '');
    const control = await serveControl(lab.folder.controlSocket, [
      stdinRoute((node, line) => lab.#tell(node, line)),
    ]);
    await lab.#startShop();
    onTestFinished(async () => {
      lab.#isOver = true;
      lab.#child?.kill('SIGKILL');
      await control.close();
    });
    return lab;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  get #instance(): string {
    return `shop@here/${this.pid}.1795363200`;
  }

  async #startShop(): Promise<void> {
    const args = ['-e', SERVER, '--', `${this.port}`];
    const child = spawn(process.execPath, args, {
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    child.once('exit', () => {
      setTimeout(() => {
        if (!this.#isOver) void this.#startShop();
      }, RESTART_MS);
    });
    this.#announce();
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    this.port = Number(line.toString());
  }

  #announce(): void {
    this.folder.announce({
      startedAt: new Date().toISOString(),
      nodes: [{ node: 'shop', instance: this.#instance, pid: this.pid }],
      urls: {},
      log: this.folder.defaultLog,
    });
  }

  #tell(node: string, line: string): boolean {
    this.told.push(line);
    const { command } = JSON.parse(line) as { command: string };
    const log = command.startsWith('Set')
      ? { msg: 'command accepted', command }
      : { msg: 'command refused', expected: 'SetDelay, SetFailureRate' };
    const entry = {
      ts: 1795363200.5,
      node,
      instance: this.#instance,
      stream: 'stdout',
      seq: 0,
      log,
    };
    appendFileSync(this.folder.defaultLog, `${JSON.stringify(entry)}\n`);
    return true;
  }
}

/** The state letter of a process: R, S, T for stopped; undefined where there is no such process. */
export function stateOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(join('/proc', `${pid}`, 'stat'), 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2)[0];
  } catch {
    return undefined;
  }
}
