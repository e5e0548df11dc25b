/** What a dog knows of one gateway address. Instants on the monotonic clock, ms. */
interface ServerRecord {
  readonly url: string;
  /** Failures in a row. */
  readonly failures: number;
  readonly failedAt: number | null;
  /** Sessions in a row that ended before they were stable. */
  readonly earlyEnds: number;
  /** Seen healthy without a break since then, while another server was in use. */
  readonly healthySince: number | null;
}

/** The servers of a dog, the primary first, and the one it uses. */
export interface ServerChoice {
  readonly servers: readonly ServerRecord[];
  readonly current: number;
  /** Returns to the primary that did not last: each doubles how long it must be healthy before the next. */
  readonly hastyReturns: number;
  readonly returnedAt: number | null;
}

/** The primary must have been healthy this long before a dog goes back to it, doubled for every return that did not last. */
export const RETURN_AFTER_MS = 180_000;
const LONGEST_RETURN_MS = 3_600_000;
/** A return that lasted so long was a good one. */
const LASTED_MS = 600_000;
const MOST_EARLY_ENDS = 3;
const FAILED = { earlyEnds: 0, healthySince: null } as const;

/** `urls`: at least one, the primary first, doubles dropped. */
export function createServerChoice(urls: readonly [string, ...string[]]): ServerChoice {
  const servers = [...new Set(urls)].map((url) => ({
    url,
    failures: 0,
    failedAt: null,
    earlyEnds: 0,
    healthySince: null,
  }));
  return { servers, current: 0, hastyReturns: 0, returnedAt: null };
}

export function currentServer({ servers, current }: ServerChoice): string {
  return recordOf(servers, current).url;
}

/** Another list: what is known of a server stays known. The dog stays where it is if that is on the list, else the primary is next. */
export function withServers(choice: ServerChoice, urls: readonly [string, ...string[]], inUse: string): ServerChoice {
  const known = new Map(choice.servers.map((server) => [server.url, server]));
  const fresh = createServerChoice(urls);
  const servers = fresh.servers.map((server) => known.get(server.url) ?? server);
  const samePrimary = servers[0]?.url === choice.servers[0]?.url;
  const current = Math.max(
    0,
    servers.findIndex(({ url }) => url === inUse),
  );
  return samePrimary ? { ...choice, servers, current } : { ...fresh, servers, current };
}

/**
 * The server in use did not answer, or sent the dog away: the next is the one whose last failure is longest ago, those
 * that never failed first, in the order of the list from here on. So the list wraps round and no server is forgotten.
 */
export function serverFailed(choice: ServerChoice, now: number): ServerChoice {
  const { servers, current } = choice;
  const failed = servers.map((server, index) =>
    index === current ? { ...server, ...FAILED, failures: server.failures + 1, failedAt: now } : server,
  );
  let next = (current + 1) % failed.length;
  for (let step = 2; step < failed.length; step++) {
    const candidate = (current + step) % failed.length;
    if (lastFailure(failed, candidate) < lastFailure(failed, next)) next = candidate;
  }
  return { ...settleReturn(choice, now), servers: failed, current: next };
}

/**
 * A session here ended before it was stable. The third in a row is a failure of the server: it lets a dog in, and does not keep
 * it, while another might.
 */
export function sessionEndedEarly(choice: ServerChoice, now: number): ServerChoice {
  const { servers, current } = choice;
  const earlyEnds = recordOf(servers, current).earlyEnds + 1;
  return earlyEnds < MOST_EARLY_ENDS ? withCurrent(choice, { earlyEnds }) : serverFailed(choice, now);
}

/** A session here is stable. */
export const sessionLasted = (choice: ServerChoice): ServerChoice => withCurrent(choice, { earlyEnds: 0 });

/** A failure of the primary soon after a return makes the next one wait longer; one that lasted makes up for those before. */
function settleReturn(choice: ServerChoice, now: number): ServerChoice {
  const { current, returnedAt, hastyReturns } = choice;
  if (current !== 0 || returnedAt === null) return choice;
  return { ...choice, returnedAt: null, hastyReturns: now - returnedAt < LASTED_MS ? hastyReturns + 1 : 0 };
}

/** A login was accepted where the dog is. */
export function serverWorked(choice: ServerChoice): ServerChoice {
  return withCurrent(choice, { failures: 0, failedAt: null });
}

/** A look at the primary's health from a backup. */
export function primarySeen(choice: ServerChoice, healthy: boolean, now: number): ServerChoice {
  const servers = choice.servers.map((one, i) =>
    i === 0 ? { ...one, healthySince: healthy ? (one.healthySince ?? now) : null } : one,
  );
  return { ...choice, servers };
}

/** Whether it is time to go back: only from a backup, and only to a primary that has stayed healthy. */
export function shouldReturn({ servers, current, hastyReturns }: ServerChoice, now: number): boolean {
  const { healthySince } = recordOf(servers, 0);
  if (current === 0 || healthySince === null) return false;
  return now - healthySince >= Math.min(LONGEST_RETURN_MS, RETURN_AFTER_MS * 2 ** hastyReturns);
}

export function returnToPrimary(choice: ServerChoice, now: number): ServerChoice {
  return { ...choice, current: 0, returnedAt: now };
}

function withCurrent(choice: ServerChoice, known: Partial<ServerRecord>): ServerChoice {
  const { servers, current } = choice;
  return { ...choice, servers: servers.map((one, i) => (i === current ? { ...one, ...known } : one)) };
}

const lastFailure = (servers: readonly ServerRecord[], index: number): number =>
  recordOf(servers, index).failedAt ?? Number.NEGATIVE_INFINITY;

function recordOf(servers: readonly ServerRecord[], index: number): ServerRecord {
  const record = servers[index];
  if (record === undefined) throw new RangeError(`no server ${index} of ${servers.length}`);
  return record;
}
