import type { SystemEvent } from '../osquery/events/system-event.ts';
import type { Trouble } from './trouble.ts';

/** What shows in a trace: how it fails, or that it is slow, has no end, or did not come. */
export type SymptomClass =
  | Exclude<Trouble, 'none'>
  | 'slow'
  | 'failed'
  | 'missing-end'
  | 'no-request';

/** What is known of a family of events before any is seen. */
export interface EventFamily {
  readonly name: string;
  /** By their kind: whole dotted words. */
  readonly kinds: RegExp;
  /** Symptoms that it can bring about. */
  readonly causes: readonly SymptomClass[];
  /** Families that can be a direct effect of it. */
  readonly bringsAbout: readonly string[];
  /** What it happens to need not be what suffers: CPU, memory and disks are the host's. */
  readonly isHostWide?: boolean;
  /**
   * - `deed`: somebody or something did it; it seldom comes by itself
   * - `state`: it tells how things are, as a consequence of something
   * - `echo`: it follows trouble, or ends it
   */
  readonly role?: 'deed' | 'state' | 'echo';
  /** It begins a state that lasts until something else ends it. */
  readonly lasts?: boolean;
}

const SLOW = ['slow', 'timeout', 'no-request'] as const;
const GONE = ['missing-end', 'refused', 'reset', 'unavailable', 'timeout', 'no-request'] as const;

/** How the families stand to each other: the likely paths of trouble through a system, causes first. */
const FAMILIES: readonly EventFamily[] = [
  {
    name: 'command',
    kinds: /^node\.command|\b(?:command|config|setting|deploy)\b/,
    causes: [...SLOW, ...GONE, 'failed'],
    bringsAbout: ['breaker', 'exit', 'refusal', 'silence', 'slow connection'],
    role: 'deed',
    lasts: true,
  },
  {
    name: 'port taken',
    kinds: /^port\.taken/,
    causes: [...GONE, 'failed'],
    bringsAbout: ['refusal', 'start', 'port', 'silence', 'breaker'],
    role: 'deed',
    lasts: true,
  },
  {
    name: 'memory use',
    kinds: /^memory\.(?:growth|use)/,
    causes: [...SLOW, 'memory'],
    bringsAbout: ['memory pressure', 'oom'],
    isHostWide: true,
  },
  {
    name: 'disk use',
    kinds: /^io\.(?:writes|reads)/,
    causes: SLOW,
    bringsAbout: ['disk pressure', 'disk full'],
    isHostWide: true,
  },
  {
    name: 'cpu use',
    kinds: /^cpu\.hog|^process\.cpu|^cpu\.symbol/,
    causes: SLOW,
    bringsAbout: ['cpu pressure', 'cpu wait'],
    isHostWide: true,
  },
  {
    name: 'disk full',
    kinds: /^disk\.full/,
    causes: ['disk', 'failed', 'slow'],
    bringsAbout: ['exit'],
    isHostWide: true,
    lasts: true,
  },
  {
    name: 'oom',
    kinds: /\boom\b/,
    causes: GONE,
    bringsAbout: ['exit'],
    isHostWide: true,
    role: 'deed',
  },
  {
    name: 'memory pressure',
    kinds: /^memory\.|^swap/,
    causes: [...SLOW, 'memory'],
    bringsAbout: ['oom', 'disk pressure'],
    isHostWide: true,
    role: 'state',
  },
  {
    name: 'disk pressure',
    kinds: /^io\./,
    causes: SLOW,
    bringsAbout: [],
    isHostWide: true,
    role: 'state',
  },
  {
    name: 'pause',
    kinds: /^process\.stopped|^container\.pause/,
    causes: [...SLOW, 'unavailable', 'reset', 'missing-end'],
    bringsAbout: ['resume', 'silence', 'slow connection', 'refusal', 'breaker', 'exit'],
    role: 'deed',
  },
  {
    name: 'kill',
    kinds: /^process\.(?:signal|crash)|^container\.kill/,
    causes: GONE,
    bringsAbout: ['exit', 'start', 'refusal', 'silence', 'breaker', 'port', 'slow connection'],
    role: 'deed',
  },
  {
    name: 'exit',
    kinds: /^process\.exit|^container\.(?:die|stop)/,
    causes: GONE,
    bringsAbout: ['start', 'refusal', 'silence', 'breaker', 'port', 'slow connection'],
  },
  {
    name: 'cpu wait',
    kinds: /^cpu\.starved/,
    causes: SLOW,
    bringsAbout: ['slow connection', 'silence'],
    role: 'state',
  },
  {
    name: 'cpu pressure',
    kinds: /^cpu\./,
    causes: SLOW,
    bringsAbout: ['cpu wait', 'slow connection', 'silence'],
    isHostWide: true,
    role: 'state',
  },
  {
    name: 'lossy network',
    kinds: /^network\.(?:retransmit|loss|delay)/,
    causes: [...SLOW, 'reset', 'unreachable'],
    bringsAbout: ['slow connection', 'silence', 'breaker'],
  },
  {
    name: 'refusal',
    kinds: /^network\.(?:refused|reset)/,
    causes: ['refused', 'reset', 'unavailable', 'timeout', 'no-request', 'slow'],
    bringsAbout: ['breaker', 'silence'],
    role: 'state',
  },
  {
    name: 'slow connection',
    kinds: /^network\.|^process\.files/,
    causes: SLOW,
    bringsAbout: ['silence', 'breaker'],
    role: 'state',
  },
  { name: 'breaker', kinds: /^breaker\./, causes: ['unavailable'], bringsAbout: [], role: 'echo' },
  { name: 'port', kinds: /^port\./, causes: ['refused'], bringsAbout: [], role: 'echo' },
  {
    name: 'silence',
    kinds: /^log\.silence/,
    causes: [...SLOW, ...GONE],
    bringsAbout: [],
    role: 'echo',
  },
  { name: 'resume', kinds: /\b(?:continued|unpause)\b/, causes: [], bringsAbout: [], role: 'echo' },
  {
    name: 'start',
    kinds: /^(?:process|container)\.(?:start|restart|create|destroy)/,
    causes: SLOW,
    bringsAbout: ['port'],
    role: 'echo',
  },
];

/** Of a kind that nothing is known of, anything may come. */
const UNKNOWN: EventFamily = { name: 'other', kinds: /(?:)/, causes: [], bringsAbout: [] };

/** The family of an event, by its kind. */
export function familyOf({ kind }: Pick<SystemEvent, 'kind'>): EventFamily {
  return FAMILIES.find(({ kinds }) => kinds.test(kind)) ?? UNKNOWN;
}

/** Whether events of one family can bring about those of the other at once, not only through others. */
export const canBringAbout = (cause: EventFamily, effect: EventFamily): boolean =>
  cause.bringsAbout.includes(effect.name);
