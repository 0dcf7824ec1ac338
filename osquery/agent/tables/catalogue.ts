import { platform } from 'node:os';
import { osqueryInfo, osquerySchedule } from './about-agent.ts';
import { blockDevices } from './block-devices.ts';
import { blockIo } from './block-io.ts';
import { cpuTime } from './cpu-time.ts';
import { dockerContainerStats } from './docker-container-stats.ts';
import {
  dockerContainerNetworks,
  dockerContainerPorts,
  dockerContainers,
} from './docker-containers.ts';
import { interfaceAddresses, interfaceDetails } from './interfaces.ts';
import { loadAverage } from './load-average.ts';
import { loggedInUsers } from './logged-in-users.ts';
import { memoryInfo } from './memory-info.ts';
import { mounts } from './mounts.ts';
import { osVersion } from './os-version.ts';
import { processes } from './processes.ts';
import { listeningPorts, processOpenSockets } from './sockets.ts';
import { platformInfo, systemInfo } from './system-info.ts';
import type { Table } from './table.ts';
import { time } from './time.ts';
import { uptime } from './uptime.ts';
import { users } from './users.ts';

/** The tables that this system can offer: a query for another is answered with an error that names these. */
export function tablesOf(dockerSocket: string): Table[] {
  return [
    ...ANYWHERE,
    ...(platform() === 'linux' ? LINUX : []),
    ...[dockerContainers, dockerContainerNetworks, dockerContainerPorts, dockerContainerStats].map(
      (table) => table(dockerSocket),
    ),
  ];
}

/** From what Node itself tells on any system. */
const ANYWHERE: readonly Table[] = [
  interfaceAddresses,
  loadAverage,
  osqueryInfo,
  osquerySchedule,
  osVersion,
  platformInfo,
  systemInfo,
  time,
  uptime,
  users,
];

/** From /proc and /sys. */
const LINUX: readonly Table[] = [
  blockDevices,
  blockIo,
  cpuTime,
  interfaceDetails,
  listeningPorts,
  loggedInUsers,
  memoryInfo,
  mounts,
  processes,
  processOpenSockets,
];
