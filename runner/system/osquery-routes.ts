import { z } from 'zod';
import type { DistributedAnswer } from '../../osquery/server/distributed.ts';
import type { KnownAgent } from '../../osquery/server/node-keys.ts';
import type { OsqueryServer } from '../../osquery/server/server.ts';
import { askLab, type ControlAnswer, type ControlRoute } from '../control.ts';

const question = z.object({ host: z.string(), sql: z.string(), timeoutMs: z.number().positive() });

const json = (value: unknown): ControlAnswer => ({ status: 200, body: JSON.stringify(value) });

/** `POST /osquery/hosts` tells who has enrolled, `POST /osquery/query` runs a query on a host; both answer in JSON. */
export function osqueryRoutes({ distributed, hosts }: OsqueryServer): ControlRoute[] {
  return [
    { path: /^\/osquery\/hosts$/, usage: '/osquery/hosts', answer: () => json(hosts()) },
    {
      path: /^\/osquery\/query$/,
      usage: '/osquery/query',
      answer: async (_, body) => {
        const { host, sql, timeoutMs } = question.parse(JSON.parse(body));
        const enrolled = hosts().map((agent) => agent.host);
        if (enrolled.includes(host)) return json(await distributed.ask(host, sql, timeoutMs));
        return { status: 404, body: `no host ${JSON.stringify(host)}; ${known(enrolled)}` };
      },
    },
  ];
}

/** A few are enough to see how they are named. */
const MAX_NAMED = 20;

function known(hosts: readonly string[]): string {
  if (hosts.length === 0) return 'nobody has enrolled yet';
  const more = hosts.length > MAX_NAMED ? ` and ${hosts.length - MAX_NAMED} more` : '';
  return `enrolled: ${hosts.slice(0, MAX_NAMED).join(', ')}${more}`;
}

/** Who has enrolled with the lab that runs in this folder. Throws a UserError if none runs. */
export async function askForHosts(socketPath: string): Promise<KnownAgent[]> {
  return JSON.parse(await askLab(socketPath, '/osquery/hosts', '')) as KnownAgent[];
}

/** Runs a query on a host. Throws a UserError if no lab runs in this folder, or it does not know the host. */
export async function askHost(
  socketPath: string,
  asked: z.infer<typeof question>,
): Promise<DistributedAnswer> {
  const answer = await askLab(socketPath, '/osquery/query', JSON.stringify(asked));
  return JSON.parse(answer) as DistributedAnswer;
}
