import { fileURLToPath } from 'node:url';
import type { NodeSpec } from '../config.ts';
import type { ControlRoute } from '../control.ts';
import type { LogSource } from '../sources/log-source.ts';
import { agentNode } from './osquery-agent.ts';
import { osqueryRoutes } from './osquery-routes.ts';
import { openOsquery, type OsqueryParts } from './osquery-server.ts';

/** What the user said of osquery in a running lab. */
export interface LabOsqueryOptions {
  readonly osquery: boolean;
  readonly osqueryHost: string;
  readonly osqueryPort?: number;
  readonly osquerySecret?: string;
  /** Whether to start an agent for this machine. */
  readonly osqueryAgent: boolean;
  /** A folder for what is the server's own, instead of the lab's. */
  readonly osqueryKeys?: string;
  readonly osqueryConfig?: string;
}

/** The osquery server and this machine's agent as parts of a run; nothing of either where there is none. */
export interface LabOsquery {
  readonly sources: readonly LogSource[];
  readonly nodes: readonly NodeSpec[];
  readonly routes: readonly ControlRoute[];
  readonly urls: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const SERVICES = fileURLToPath(new URL('../../services/', import.meta.url));

/**
 * Starts the osquery server and names the agent to start, beside the lab's own
 * services; beside other processes only if the user has given it a port.
 */
export async function openLabOsquery(
  options: LabOsqueryOptions,
  specs: readonly NodeSpec[],
  parts: OsqueryParts,
): Promise<LabOsquery> {
  const { osqueryHost: host, osqueryPort: port, osquerySecret: secret } = options;
  const isLab = specs.some(({ args }) => args.some((argument) => argument.startsWith(SERVICES)));
  if (!options.osquery || (port === undefined && !isLab)) {
    return { sources: [], nodes: [], routes: [], urls: {}, close: async () => {} };
  }
  const folder = options.osqueryKeys ?? parts.folder;
  const osquery = await openOsquery(
    {
      host,
      ...(port !== undefined && { port }),
      ...(secret !== undefined && { secret }),
      ...(options.osqueryConfig !== undefined && { config: options.osqueryConfig }),
    },
    { ...parts, folder },
  );
  return {
    sources: [osquery],
    nodes: options.osqueryAgent ? [agentNode(osquery, folder)] : [],
    routes: osqueryRoutes(osquery.server),
    urls: { osquery: `https://${osquery.address}` },
    close: () => osquery.close(),
  };
}
