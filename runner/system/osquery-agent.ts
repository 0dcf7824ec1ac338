import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NodeSpec } from '../config.ts';
import type { OpenOsquery } from './osquery-server.ts';

const EMBEDDED = fileURLToPath(new URL('../../osquery/agent/main.ts', import.meta.url));

/**
 * The agent of this machine as a node: osquery's own daemon where it is on the
 * PATH, else the embedded one, which has the same flags. It is started again
 * when it fails.
 *
 * @param folder for what osqueryd keeps
 */
export function agentNode(osquery: OpenOsquery, folder: string): NodeSpec {
  const daemon = onPath('osqueryd');
  const flags = agentFlags(osquery);
  return {
    name: 'osqueryd',
    command: daemon ?? process.execPath,
    args:
      daemon === undefined
        ? [EMBEDDED, ...flags]
        : [
            ...flags,
            `--database_path=${join(folder, 'osqueryd.db')}`,
            `--pidfile=${join(folder, 'osqueryd.pid')}`,
            '--disable_extensions',
          ],
    env: {},
    cwd: process.cwd(),
    restart: { when: 'on-failure', limit: 10, delaySeconds: 1, maxDelaySeconds: 30 },
  };
}

/** What an agent has to be started with to speak to this server. */
export function agentFlags({ address, caFile, secretFile }: OpenOsquery): string[] {
  return [
    `--tls_hostname=${address}`,
    `--tls_server_certs=${caFile}`,
    ...(secretFile === undefined ? [] : [`--enroll_secret_path=${secretFile}`]),
    '--enroll_tls_endpoint=/enroll',
    '--config_plugin=tls',
    '--config_tls_endpoint=/config',
    '--config_refresh=5',
    '--logger_plugin=tls',
    '--logger_tls_endpoint=/logger',
    '--logger_tls_period=2',
    '--disable_distributed=false',
    '--distributed_plugin=tls',
    '--distributed_interval=2',
    '--distributed_tls_read_endpoint=/distributed/read',
    '--distributed_tls_write_endpoint=/distributed/write',
    '--host_identifier=hostname',
  ];
}

function onPath(program: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders
    .map((folder) => join(folder, program))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
