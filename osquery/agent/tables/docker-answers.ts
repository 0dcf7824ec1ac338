/** What a Docker engine answers, as far as it becomes rows. Apart from the tables: it is loaded where an engine answers. */
import { z } from 'zod';

/** The part of `GET /containers/json` that becomes rows. */
const container = z.object({
  Id: z.string(),
  Names: z.array(z.string()).nullish(),
  Image: z.string().default(''),
  ImageID: z.string().default(''),
  Command: z.string().default(''),
  Created: z.number().default(0),
  State: z.string().default(''),
  Status: z.string().default(''),
  Ports: z
    .array(
      z.object({
        IP: z.string().default(''),
        PrivatePort: z.number().default(0),
        PublicPort: z.number().default(0),
        Type: z.string().default(''),
      }),
    )
    .nullish(),
  NetworkSettings: z
    .object({
      Networks: z
        .record(
          z.string(),
          z.object({
            NetworkID: z.string().default(''),
            EndpointID: z.string().default(''),
            Gateway: z.string().default(''),
            IPAddress: z.string().default(''),
            IPPrefixLen: z.number().default(0),
            IPv6Gateway: z.string().default(''),
            GlobalIPv6Address: z.string().default(''),
            GlobalIPv6PrefixLen: z.number().default(0),
            MacAddress: z.string().default(''),
          }),
        )
        .nullish(),
    })
    .nullish(),
});

/** The part of `GET /containers/ID/json` that becomes columns. Its environment is not among them. */
export const inspection = z.object({
  Path: z.string().default(''),
  State: z
    .object({
      Pid: z.number().default(-1),
      StartedAt: z.string().default(''),
      FinishedAt: z.string().default(''),
    })
    .optional(),
  HostConfig: z
    .object({
      Privileged: z.boolean().default(false),
      ReadonlyRootfs: z.boolean().default(false),
      SecurityOpt: z.array(z.string()).nullish(),
    })
    .optional(),
  Config: z.object({ Entrypoint: z.array(z.string()).nullish() }).optional(),
});

export const containerList = z.array(container);

export type ListedContainer = z.infer<typeof container>;

const count = z.number().default(0);
const cpu = z
  .object({
    cpu_usage: z
      .object({ total_usage: count, usage_in_kernelmode: count, usage_in_usermode: count })
      .prefault({}),
    system_cpu_usage: count,
    online_cpus: count,
  })
  .prefault({});

/** The part of `GET /containers/ID/stats` that becomes a row. */
export const statistics = z.object({
  name: z.string().default(''),
  read: z.string().default(''),
  preread: z.string().default(''),
  num_procs: count,
  pids_stats: z.object({ current: count }).prefault({}),
  blkio_stats: z
    .object({
      io_service_bytes_recursive: z
        .array(z.object({ op: z.string(), value: z.number() }))
        .nullish(),
    })
    .prefault({}),
  cpu_stats: cpu,
  precpu_stats: cpu,
  memory_stats: z
    .object({
      usage: count,
      max_usage: count,
      limit: count,
      stats: z
        .object({ cache: count, inactive_file: count, total_inactive_file: count })
        .prefault({}),
    })
    .prefault({}),
  networks: z.record(z.string(), z.object({ rx_bytes: count, tx_bytes: count })).nullish(),
});
