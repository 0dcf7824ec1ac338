import { arch, platform } from 'node:os';
import { hardwareUuid } from './tables/system-info.ts';
import type { TableRow } from './tables/table.ts';

/** The version of osquery whose protocol and tables the agent follows. */
export const OSQUERY_VERSION = '5.16.0';

/** osquery's bits for systems: 1 is POSIX, 2 Windows, 4 BSD, 8 Linux, 16 macOS. */
const PLATFORM_MASKS: Partial<Record<NodeJS.Platform, number>> = {
  linux: 9,
  darwin: 21,
  win32: 2,
  freebsd: 37,
};
export const platformMask = PLATFORM_MASKS[platform()] ?? 1;

const startSeconds = Math.floor(Date.now() / 1000);
/** Of this run alone. */
export const instanceId = crypto.randomUUID();

/** The row of osquery_info as far as it is the same while the agent runs. */
export const hostFacts = (): TableRow => ({
  pid: process.pid,
  uuid: hardwareUuid(),
  instance_id: instanceId,
  version: OSQUERY_VERSION,
  config_hash: '',
  config_valid: 0,
  extensions: 'inactive',
  build_platform: `${platform()}-${arch()}`,
  build_distro: 'one-log',
  start_time: startSeconds,
  watcher: -1,
  platform_mask: platformMask,
});
