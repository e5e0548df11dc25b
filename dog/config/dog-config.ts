import { z } from "zod";
import { PRESETS, type PresetName } from "#dog/network/network-policies.ts";
import { DOG_TOKEN, SERIAL_NUMBER } from "#lib/protocol/services.ts";
import {
  address,
  bytes,
  choice,
  duration,
  flag,
  hosts,
  netmask,
  oneOrMany,
  path,
  serverUrl,
  share,
  text,
  whole,
} from "./fields.ts";

export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The kinds of network a dog may have servers and a policy for (seed 7.1). */
export const NETWORK_KINDS = ["wifi", "cellular", "ethernet"] as const;

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;
/** The default, and the most: of the 5 s that a look at `/healthz` has, some must be left for asking. */
export const DNS_TIMEOUT_MS = 3 * SECOND;
const PRESET_NAMES = Object.keys(PRESETS) as [PresetName, ...PresetName[]];

const shown = (expected: string) => text(expected, /^[^\p{Cc}\p{Zl}\p{Zp}]{1,64}$/u);
const label = shown("1 to 64 printable characters");

const interfaceName = z.string().regex(/^[^\s/:]{1,15}$/, "the name of a network interface, such as eth1");

const server = z.strictObject({ url: serverUrl().optional(), backup_url: oneOrMany(serverUrl(), 15).optional() });

const retries = {
  max_retries: whole(0, 1_000).optional(),
  base_delay: duration(1, DAY).optional(),
  max_delay: duration(1, DAY).optional(),
  jitter: share().optional(),
};

const perNetwork = z
  .strictObject({
    servers: oneOrMany(serverUrl(), 16).optional(),
    preset: choice(...PRESET_NAMES).optional(),
    ...retries,
  })
  .optional();

/**
 * The file a dog is configured by: the seed's `network` section (seed 3.1) with `server` in it or beside it, and ours. Every
 * key is optional here, because the command line may give it instead; what must be there in the end is `resolveConfig`'s.
 */
export const dogFile = z.strictObject({
  app_id: label.optional(),
  sn: text("1 to 64 of A-Z a-z 0-9 _ -", SERIAL_NUMBER).optional(),
  token: text("1 to 512 printable characters without spaces", DOG_TOKEN).optional(),
  token_file: path().optional(),
  token_env: text("the name of an environment variable", /^[A-Za-z_][A-Za-z0-9_]{0,127}$/).optional(),
  firmware: label.optional(),
  labels: z
    .record(z.string().regex(/^[^\p{Cc}]{1,64}$/u, "a label of 1 to 64 printable characters"), label)
    .refine((labels) => Object.keys(labels).length <= 8, "at most 8 labels")
    .prefault({}),
  server: server.prefault({}),
  network: z
    .strictObject({
      kind: choice("auto", ...NETWORK_KINDS).prefault("auto"),
      interfaces: z.record(interfaceName, choice(...NETWORK_KINDS)).prefault({}),
      type: choice("static", "dhcp").optional(),
      ip: address().optional(),
      netmask: netmask().optional(),
      gateway: address().optional(),
      dns: oneOrMany(address(), 8).optional(),
      server: server.prefault({}),
    })
    .prefault({}),
  networks: z.strictObject({ wifi: perNetwork, cellular: perNetwork, ethernet: perNetwork }).prefault({}),
  reconnect: z
    .strictObject({
      preset: choice(...PRESET_NAMES).optional(),
      ...retries,
      follow_policy: flag().optional(),
      dial_timeout: duration(SECOND, 10 * MINUTE).optional(),
      probe: duration(10 * SECOND, DAY).optional(),
    })
    .prefault({}),
  dns: z
    .strictObject({
      timeout: duration(100, DNS_TIMEOUT_MS).prefault("3s"),
      fallback: hosts(address()).prefault({}),
    })
    .prefault({}),
  tls: z.strictObject({ ca: path().optional(), cert: path().optional(), key: path().optional() }).prefault({}),
  discovery: z
    .strictObject({
      mdns: flag().prefault("false"),
      timeout: duration(100, MINUTE).prefault("2s"),
      allow_insecure: flag().prefault("false"),
    })
    .prefault({}),
  heartbeat: duration(SECOND, 5 * MINUTE).optional(),
  watchdog: duration(SECOND, 60 * MINUTE).prefault("45s"),
  outbox: z
    .strictObject({
      messages: whole(0, 100_000).prefault("1000"),
      bytes: bytes(0, 64 * 1_048_576).prefault("1MiB"),
    })
    .prefault({}),
  log_level: choice(...LOG_LEVELS).prefault("info"),
  status_every: duration(SECOND, DAY).prefault("1m"),
});
export type DogFile = z.output<typeof dogFile>;

/** An option of the file, as the documents list it. */
export interface DogOption {
  readonly path: string;
  /** As it would be written; null where there is none. */
  readonly fallback: string | null;
}

/** Every option of the file, in its order; `networks.<kind>` once for the three of them. */
export function listOptions(): DogOption[] {
  return optionsOf(dogFile, "").filter(({ path }) => !/^networks\.(cellular|ethernet)\./.test(path));
}

function optionsOf(schema: z.ZodObject, prefix: string): DogOption[] {
  return Object.entries(schema.shape).flatMap(([key, value]) => {
    const { inner, fallback } = unwrap(value);
    if (inner instanceof z.ZodObject) return optionsOf(inner, `${prefix}${key}.`);
    return [{ path: `${prefix}${key}`, fallback: typeof fallback === "string" ? fallback : null }];
  });
}

function unwrap(schema: z.core.$ZodType): { inner: z.core.$ZodType; fallback: unknown } {
  if (schema instanceof z.ZodOptional) return unwrap(schema.def.innerType);
  if (schema instanceof z.ZodPrefault) return { ...unwrap(schema.def.innerType), fallback: schema.def.defaultValue };
  return { inner: schema, fallback: null };
}
