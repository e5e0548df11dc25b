import { z } from "zod";
import { parseJson } from "#lib/protocol/codec.ts";
import { serialNumber } from "#lib/protocol/messages.ts";

const digest = z
  .string()
  .regex(/^[0-9a-f]{64}$/, "expected 64 hex digits: an HMAC-SHA-256 made by `npm run dog-token`");

/** `DOG_TOKENS_FILE`: per dog the digests of its tokens, two while one replaces the other. */
const tokenFile = z.object({
  dogs: z.array(z.object({ sn: serialNumber, digests: z.array(digest).min(1).max(2) })),
});

/** sn -> digests (hex). */
export type TokenTable = ReadonlyMap<string, readonly string[]>;

export type ParsedTokenFile =
  | { readonly ok: true; readonly table: TokenTable }
  | { readonly ok: false; readonly reason: string };

/** Parses the file's text. `reason` names the first entry that is wrong. Never throws. */
export function parseTokenFile(text: string): ParsedTokenFile {
  const json = parseJson(text);
  if (!json.ok) return json;
  const parsed = tokenFile.safeParse(json.message);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return { ok: false, reason: `${issue?.path.join(".") || "file"}: ${issue?.message ?? "invalid"}` };
  }
  const table = new Map<string, readonly string[]>();
  const owners = new Map<string, string>();
  for (const { sn, digests } of parsed.data.dogs) {
    if (table.has(sn)) return { ok: false, reason: `${sn} is listed twice` };
    for (const one of digests) {
      const owner = owners.get(one);
      if (owner !== undefined && owner !== sn) return { ok: false, reason: `${owner} and ${sn} share a token` };
      owners.set(one, sn);
    }
    table.set(sn, digests);
  }
  return { ok: true, table };
}
