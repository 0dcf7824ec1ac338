import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { basename } from 'node:path';
import { execa } from 'execa';
import { UserError } from './user-error.ts';

export interface PortHolder {
  readonly pid: number;
  /** The program and, if that is no option, its first argument: `node server.js`. No more, since arguments hold secrets. */
  readonly command: string;
  readonly user?: string;
}

/**
 * Who listens on a TCP port of this machine, as far as it can be known: the
 * processes of other users are not open to all. Linux is asked by `/proc`, other
 * systems by `lsof` if it is there.
 */
export function portHolder(port: number): Promise<PortHolder | undefined> {
  return process.platform === 'linux' ? holderFromProc(port) : holderFromLsof(port);
}

/** Whether a server could listen on the port now. Rejects for errors other than that it is taken. */
export function portIsFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(error);
    });
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Throws a UserError that names the node, the port and who holds it, where another does. */
export async function requireFreePort(node: {
  readonly name: string;
  readonly port?: number;
}): Promise<void> {
  const { name, port } = node;
  if (port === undefined || (await portIsFree(port))) return;
  throw new UserError(`${name}: port ${port} is taken${await holderOf(port)}`);
}

/** ` by pid 4711 (node server.js): stop what holds it, or use another port`, as far as it can be known. */
export async function holderOf(port: number): Promise<string> {
  const holder = await portHolder(port);
  const by = holder === undefined ? '' : ` by pid ${holder.pid} (${holder.command})`;
  return `${by}: stop what holds it, or use another port`;
}

async function holderFromProc(port: number): Promise<PortHolder | undefined> {
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => readText(`/proc/net/${name}`)));
  const sockets = new Set(
    tables.flatMap((table) => listeningInodes(table, port)).map((inode) => `socket:[${inode}]`),
  );
  if (sockets.size === 0) return undefined;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    if (await holdsOneOf(pid, sockets)) return describe(pid);
  }
  return undefined;
}

/**
 * The inodes of sockets that listen on the port. A row of `/proc/net/tcp`:
 * `0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 23456 1 …`
 * (address:port in hex, state 0A for listening, the tenth column is the inode).
 */
function listeningInodes(table: string, port: number): string[] {
  return table
    .split('\n')
    .map((row) => row.trim().split(/\s+/))
    .filter(
      ([, local, , state]) =>
        state === '0A' && Number.parseInt(local?.split(':')[1] ?? '', 16) === port,
    )
    .flatMap((columns) => columns[9] ?? []);
}

async function holdsOneOf(pid: string, sockets: ReadonlySet<string>): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const fds = await readdir(folder).catch(() => []); // not ours, or gone
  const targets = await Promise.all(fds.map((fd) => readlink(`${folder}/${fd}`).catch(() => '')));
  return targets.some((target) => sockets.has(target));
}

async function describe(pid: string): Promise<PortHolder> {
  const [program = '', argument = ''] = (await readText(`/proc/${pid}/cmdline`)).split('\0');
  const user = await userOf(pid);
  return {
    pid: Number(pid),
    command: [basename(program), argument.startsWith('-') ? '' : argument].join(' ').trim(),
    ...(user === undefined ? {} : { user }),
  };
}

async function userOf(pid: string): Promise<string | undefined> {
  const uid = await stat(`/proc/${pid}`).then(
    (stats) => stats.uid,
    () => undefined,
  );
  if (uid === undefined) return undefined;
  const self = userInfo();
  if (self.uid === uid) return self.username;
  const row = (await readText('/etc/passwd'))
    .split('\n')
    .find((line) => line.split(':')[2] === String(uid));
  return row?.split(':')[0] ?? String(uid);
}

const readText = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');

/** `-F` prints a field a line: `p4711`, `cnode`, `Lann`. */
export async function holderFromLsof(port: number): Promise<PortHolder | undefined> {
  const { stdout } = await execa('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-FpcL'], {
    reject: false,
    stdin: 'ignore',
  });
  const field = (letter: string) =>
    stdout
      ?.split('\n')
      .find((line) => line.startsWith(letter))
      ?.slice(1);
  const [pid, command, user] = [field('p'), field('c'), field('L')];
  if (pid === undefined) return undefined;
  return {
    pid: Number(pid),
    command: command ?? 'unknown',
    ...(user === undefined ? {} : { user }),
  };
}
