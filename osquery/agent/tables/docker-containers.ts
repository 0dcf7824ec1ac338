import type { ListedContainer } from './docker-answers.ts';
import { askEngine } from './docker-engine.ts';
import { readLink } from './read-text.ts';
import { columnsOf, type Table, type TableRow } from './table.ts';

/** Containers that run, as the engine lists them; none where none answers. */
export async function runningContainers(socketPath: string): Promise<ListedContainer[]> {
  const answer = await askEngine(socketPath, '/containers/json');
  if (answer === undefined) return [];
  const { containerList } = await import('./docker-answers.ts');
  return containerList.safeParse(answer).data ?? [];
}

const NAMESPACES = ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'user', 'uts'];
/** What the list itself does not tell. */
const FROM_INSPECTION = new Set([
  'pid',
  'path',
  'config_entrypoint',
  'started_at',
  'finished_at',
  'privileged',
  'security_options',
  'readonly_rootfs',
  ...NAMESPACES.map((name) => `${name}_namespace`),
]);

/**
 * Containers that run. `env_variables` is always NULL: passwords stand there, and
 * what is asked for goes into a log.
 */
export const dockerContainers = (socketPath: string): Table => ({
  name: 'docker_containers',
  columns: columnsOf(
    `id TEXT, name TEXT, image TEXT, image_id TEXT, command TEXT, created BIGINT, state TEXT,
    status TEXT, pid BIGINT, path TEXT, config_entrypoint TEXT, started_at TEXT,
    finished_at TEXT, privileged INTEGER, security_options TEXT, env_variables TEXT,
    readonly_rootfs INTEGER, ${NAMESPACES.map((name) => `${name}_namespace TEXT`).join(', ')}`,
  ),
  async rows({ columns }) {
    const inspects = !columns.isDisjointFrom(FROM_INSPECTION);
    const containers = await runningContainers(socketPath);
    return Promise.all(
      containers.map(async (container) => ({
        id: container.Id,
        name: container.Names?.[0] ?? '',
        image: container.Image,
        image_id: container.ImageID.replace(/^sha256:/, ''),
        command: container.Command,
        created: container.Created,
        state: container.State,
        status: container.Status,
        ...(inspects ? await inspected(socketPath, container) : {}),
      })),
    );
  },
});

/** Ports of the containers, published or not. */
export const dockerContainerPorts = (socketPath: string): Table => ({
  name: 'docker_container_ports',
  columns: columnsOf('id TEXT, type TEXT, port INTEGER, host_ip TEXT, host_port INTEGER'),
  rows: async () =>
    (await runningContainers(socketPath)).flatMap(({ Id, Ports }) =>
      (Ports ?? []).map((port) => ({
        id: Id,
        type: port.Type,
        port: port.PrivatePort,
        host_ip: port.IP,
        host_port: port.PublicPort,
      })),
    ),
});

/** The networks that the containers are in, with their addresses there. */
export const dockerContainerNetworks = (socketPath: string): Table => ({
  name: 'docker_container_networks',
  columns: columnsOf(
    `id TEXT, name TEXT, network_id TEXT, endpoint_id TEXT, gateway TEXT, ip_address TEXT,
    ip_prefix_len INTEGER, ipv6_gateway TEXT, ipv6_address TEXT, ipv6_prefix_len INTEGER,
    mac_address TEXT`,
  ),
  rows: async () =>
    (await runningContainers(socketPath)).flatMap(({ Id, NetworkSettings }) =>
      Object.entries(NetworkSettings?.Networks ?? {}).map(([name, network]) => ({
        id: Id,
        name,
        network_id: network.NetworkID,
        endpoint_id: network.EndpointID,
        gateway: network.Gateway,
        ip_address: network.IPAddress,
        ip_prefix_len: network.IPPrefixLen,
        ipv6_gateway: network.IPv6Gateway,
        ipv6_address: network.GlobalIPv6Address,
        ipv6_prefix_len: network.GlobalIPv6PrefixLen,
        mac_address: network.MacAddress,
      })),
    ),
});

async function inspected(socketPath: string, { Id, State }: ListedContainer): Promise<TableRow> {
  const { inspection } = await import('./docker-answers.ts');
  const answer = inspection.safeParse(await askEngine(socketPath, `/containers/${Id}/json`)).data;
  if (answer === undefined) return {}; // gone in between
  const pid = answer.State?.Pid ?? -1;
  return {
    pid,
    path: answer.Path,
    config_entrypoint: answer.Config?.Entrypoint?.join(', ') ?? '',
    started_at: answer.State?.StartedAt,
    finished_at: State === 'running' ? '' : answer.State?.FinishedAt,
    privileged: Number(answer.HostConfig?.Privileged ?? false),
    security_options: answer.HostConfig?.SecurityOpt?.join(', ') ?? '',
    readonly_rootfs: Number(answer.HostConfig?.ReadonlyRootfs ?? false),
    ...Object.fromEntries(NAMESPACES.map((name) => [`${name}_namespace`, namespaceOf(pid, name)])),
  };
}

/** The inode in a link such as `net:[4026531840]`. */
const namespaceOf = (pid: number, name: string): string | undefined =>
  /\[(\d+)\]/.exec(readLink(`/proc/${pid}/ns/${name}`) ?? '')?.[1];
