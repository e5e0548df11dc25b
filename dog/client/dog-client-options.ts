import { serverProblems } from "#dog/servers/server-list.ts";
import type { Dial, DialTls, PollHealth } from "#dog/transport/dial.ts";
import type { Clock } from "#lib/clock/clock.ts";
import { DOG_TOKEN, SERIAL_NUMBER } from "#lib/protocol/services.ts";
import type { ReasonCode } from "#lib/reconnection/reason-code.ts";
import { leashSchedule, PUSHED_POLICY, type Schedule } from "#lib/reconnection/schedule.ts";
import type { OutboxLimit } from "./outbox.ts";

/** How this dog works through an outage (docs/RECONNECTION.md). What is left out is as `leashSchedule` has it. */
export type DogSchedule = Partial<
  Pick<Schedule, "maxRetries" | "baseDelayMs" | "maxDelayMs" | "firstDelayMs" | "jitter" | "dialTimeoutMs">
> & {
  /** Mean wait between the probes after the last retry, ms. */
  readonly probeMs?: number;
};

/** Why a new token is asked for. */
export interface RefreshReason {
  readonly reason: ReasonCode | null;
  /** What was said: `login refused: 401`, `closed 4200 (token_expired)`, `HTTP 401`. */
  readonly error: string | null;
  /** 1 for the first time since the last stable session. */
  readonly tries: number;
  /** Aborted once nobody waits any longer (10 s, or `stop`). */
  readonly signal: AbortSignal;
}

export interface DogClientOptions {
  /** The primary's `ws://` or `wss://` address. */
  readonly url?: string;
  /** Instead of `url`: the primary first, then its backups. */
  readonly servers?: readonly string[];
  readonly appId: string;
  readonly token: string;
  readonly sn: string;
  /** Fetches a token that is valid again. Without it, the old one is tried again. */
  readonly refreshToken?: (why: RefreshReason) => string | Promise<string>;
  /** What the dog is on: `wifi`, `cellular`, `ethernet`, or another word of up to 64 characters. */
  readonly network?: string;
  readonly firmware?: string;
  /** At most 8, keys and values of 1 to 64 characters. `site` is known to the console. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Reported at each login and kept to. Without it the dog does what the operator's policy says. */
  readonly schedule?: DogSchedule;
  /** Take over the operator's numbers in spite of an own `schedule`; the gateway learns so at the next login. */
  readonly followPolicy?: boolean;
  /** Name and version of this software: begins with `leash`. */
  readonly client?: string;
  readonly heartbeatMs?: number;
  readonly requestTimeoutMs?: number;
  readonly outboxLimit?: Partial<OutboxLimit>;
  /** No byte for so long ends a socket, ms. */
  readonly watchdogMs?: number;
  readonly tls?: DialTls;
  readonly localAddress?: string;
  /** Stops the client for good. */
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
  /** Numbers in [0, 1). */
  readonly random?: () => number;
  readonly dial?: Dial;
  readonly pollHealth?: PollHealth;
  readonly resolve?: (host: string) => Promise<readonly string[]>;
}

/** Everything that is wrong with the options of a client, one line each. */
export class DogOptionsError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "DogOptionsError";
    this.problems = problems;
  }
}

export function serversOf({ url, servers }: Pick<DogClientOptions, "url" | "servers">): readonly string[] {
  return servers ?? (url === undefined ? [] : [url]);
}

/** The whole schedule of a dog that gave a part of it. Reported: said at each login. */
export function scheduleOf(own: DogSchedule | undefined, isReported: boolean): Schedule {
  return { ...leashSchedule(PUSHED_POLICY, isReported ? "reported" : "pushed"), ...own };
}

/** What is wrong; the wire's limits are those of docs/PROTOCOL.md P3. Never repeats the token. */
export function optionProblems(options: DogClientOptions): readonly string[] {
  const { url, servers, appId, sn, token, network, firmware, labels = {}, client = "leash" } = options;
  const problems = [...serverProblems([{ field: servers ? "servers" : "url", urls: serversOf(options) }])];
  const expect = (holds: boolean, problem: string) => {
    if (!holds) problems.push(problem);
  };
  expect(url === undefined || servers === undefined, "url, servers: give one of them");
  expect(SERIAL_NUMBER.test(sn), "sn: expected 1 to 64 of A-Z a-z 0-9 _ -");
  expect(isLabel(appId), "appId: expected 1 to 64 characters");
  expect(DOG_TOKEN.test(token), "token: expected 1 to 512 printable characters without spaces");
  expect(network === undefined || isLabel(network), "network: expected 1 to 64 characters");
  expect(firmware === undefined || isLabel(firmware), "firmware: expected 1 to 64 characters");
  expect(/^leash.{0,251}$/i.test(client), "client: expected up to 256 characters that begin with leash");
  expect(Object.keys(labels).length <= 8, "labels: expected at most 8");
  for (const [key, value] of Object.entries(labels)) {
    expect(
      isLabel(key) && isLabel(value),
      `labels: expected keys and values of 1 to 64 characters at "${key.slice(0, 64)}"`,
    );
  }
  expect(isWithin(options.heartbeatMs ?? 30_000, 1_000, 300_000), "heartbeatMs: expected 1000 to 300000");
  expect(isWithin(options.requestTimeoutMs ?? 1, 1, 86_400_000), "requestTimeoutMs: expected 1 to 86400000");
  expect(isWithin(options.watchdogMs ?? 45_000, 1_000, 3_600_000), "watchdogMs: expected 1000 to 3600000");
  const { messages = 1, bytes = 1 } = options.outboxLimit ?? {};
  expect(isWithin(messages, 0, 1_000_000), "outboxLimit.messages: expected 0 to 1000000");
  expect(isWithin(bytes, 0, 2 ** 30), "outboxLimit.bytes: expected 0 to 1073741824");
  return [...problems, ...scheduleProblems(scheduleOf(options.schedule, true))];
}

/** What is wrong with going from `servers` to what another network asks for: from wss to ws, for one. */
export function networkProblems(
  servers: readonly string[],
  change: { readonly network?: string; readonly servers?: readonly string[]; readonly schedule?: DogSchedule },
): readonly string[] {
  const { network, schedule } = change;
  const fields = [{ field: "servers", urls: servers }];
  if (change.servers) fields.push({ field: "new servers", urls: change.servers });
  return [
    ...serverProblems(fields),
    ...(network === undefined || isLabel(network) ? [] : ["network: expected 1 to 64 characters"]),
    ...(schedule ? scheduleProblems(scheduleOf(schedule, true)) : []),
  ];
}

function scheduleProblems(schedule: Schedule): readonly string[] {
  const { maxRetries, baseDelayMs, maxDelayMs, firstDelayMs, jitter, dialTimeoutMs, probeMs } = schedule;
  const [first, last] = firstDelayMs;
  const wrong: readonly (readonly [boolean, string])[] = [
    [Number.isInteger(maxRetries) && isWithin(maxRetries, 0, 1_000), "maxRetries: expected a whole number, 0 to 1000"],
    [isWithin(baseDelayMs, 1, 86_400_000), "baseDelayMs: expected 1 to 86400000"],
    [isWithin(maxDelayMs, baseDelayMs, 86_400_000), "maxDelayMs: expected baseDelayMs to 86400000"],
    [isWithin(first, 0, last) && isWithin(last, 0, 86_400_000), "firstDelayMs: expected two times, the earlier first"],
    [isWithin(jitter, 0, 1), "jitter: expected 0 to 1"],
    [isWithin(dialTimeoutMs, 1, 600_000), "dialTimeoutMs: expected 1 to 600000"],
    [isWithin(probeMs ?? 300_000, 1_000, 86_400_000), "probeMs: expected 1000 to 86400000"],
  ];
  return wrong.filter(([holds]) => !holds).map(([, problem]) => `schedule.${problem}`);
}

const isLabel = (text: string): boolean => text.length >= 1 && text.length <= 64;
const isWithin = (value: number, least: number, most: number): boolean => value >= least && value <= most;
