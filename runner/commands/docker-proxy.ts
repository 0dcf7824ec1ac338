import { chmodSync, rmSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { dockerProxy } from '../docker/proxy.ts';
import { DockerEngine, engineAddress } from '../docker/engine.ts';
import { say } from '../say.ts';
import { StopRequest } from '../stop-request.ts';
import { UserError } from '../user-error.ts';

export interface DockerProxyOptions {
  readonly listen: string;
  /** Of the user to become when started as root. */
  readonly user: number;
}

/**
 * Serves what reads logs and events of the engine that DOCKER_HOST names, on a
 * socket of its own, until it is asked to stop. Started as root it becomes the
 * given user, who keeps the engine's group alone: its number differs from
 * machine to machine.
 */
export async function serveDockerProxy({ listen, user }: DockerProxyOptions): Promise<void> {
  const engine = new DockerEngine(process.env['DOCKER_HOST']);
  const address = engineAddress(engine.name);
  const server = dockerProxy(address);
  const own = engineAddress(listen);
  if ('socketPath' in own) rmSync(own.socketPath, { force: true });
  try {
    server.listen('socketPath' in own ? { path: own.socketPath } : own);
    await once(server, 'listening');
    // Whoever can reach the folder may ask.
    if ('socketPath' in own) chmodSync(own.socketPath, 0o666);
    if ('socketPath' in address) becomeUser(user, statSync(address.socketPath).gid);
  } catch (error) {
    server.close();
    throw new UserError(`docker proxy: ${(error as Error).message}`);
  }
  say(`logs and events of ${engine.name}, at ${listen}`);
  const stop = new StopRequest(() => {});
  await stop.asked;
  stop.dispose();
  server.close();
  server.closeAllConnections();
}

function becomeUser(user: number, group: number): void {
  if (process.getuid?.() !== 0) return;
  process.setgroups?.([group]);
  process.setgid?.(user);
  process.setuid?.(user);
}
