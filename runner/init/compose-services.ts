import { parse } from 'yaml';
import { z } from 'zod';
import type { Found, FoundNode } from './found-node.ts';

const portMapping = z.union([
  z.string(),
  z.number(),
  z.looseObject({ published: z.union([z.string(), z.number()]).optional() }),
]);

const service = z.looseObject({
  depends_on: z.union([z.array(z.string()), z.record(z.string(), z.unknown())]).optional(),
  ports: z.array(portMapping).optional(),
});

const composeFile = z.looseObject({ services: z.record(z.string(), service.nullable()) });

/**
 * The services of a compose file (https://docs.docker.com/reference/compose-file/),
 * each run by `docker compose up` for it alone, after those it depends on, and
 * ready when its first published port answers. Throws an Error for what is no
 * compose file.
 */
export function composeServices(text: string, file: string): Found {
  const { services } = composeFile.parse(parse(text, { merge: true }));
  const nodes = Object.entries(services).map(([name, said]): FoundNode => {
    const { depends_on: needed = [], ports = [] } = said ?? {};
    const after = (Array.isArray(needed) ? needed : Object.keys(needed)).filter((other) =>
      Object.hasOwn(services, other),
    );
    const [readyPort] = ports.flatMap((port) => publishedPort(port) ?? []);
    return {
      name,
      command: 'docker',
      args: ['compose', '-f', file, 'up', '--no-deps', '--no-color', '--no-log-prefix', name],
      ...(after.length > 0 && { after }),
      ...(readyPort !== undefined && { readyPort }),
    };
  });
  return { nodes, leftOut: [] };
}

/** On the host: of `8080:80`, `127.0.0.1:8080:80/tcp` and `{published: 8080}`. A lone `80` is published at random. */
function publishedPort(port: z.infer<typeof portMapping>): number | undefined {
  if (typeof port === 'number') return undefined;
  const text =
    typeof port === 'string' ? /(?:^|:)(\d+):\d+(?:\/tcp)?$/.exec(port)?.[1] : port.published;
  const number = Number(text);
  return Number.isInteger(number) && number >= 1 && number <= 65_535 ? number : undefined;
}
