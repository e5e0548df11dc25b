import { parseArgs } from "node:util";

/** The command line of `npm run dog`, as given: what the values are worth is the configuration's to say. */
export interface Flags {
  readonly config: string | null;
  /** The primary first. */
  readonly urls: readonly string[];
  readonly token: string | null;
  readonly sn: string | null;
  readonly appId: string | null;
  readonly network: string | null;
  readonly logLevel: string | null;
  readonly check: boolean;
  readonly help: boolean;
}

export const USAGE = `usage: npm run dog -- [options]
  --config dog.yaml              configuration file (docs/DOG.md has every option); what is given here wins over it
  --url wss://host/ws            gateway; once more for each backup
  --token T                      dog token; better: the variable LEASH_DOG_TOKEN, which no list of processes shows
  --sn SN                        serial number of the dog
  --app-id ID                    application id
  --network wifi                 wifi | cellular | ethernet | auto (what the default route uses)
  --log-level info               debug | info | warn | error
  --check                        say whether the configuration is right, and end
  --help                         this text`;

/** Flags, or what is wrong with the command line. */
export function parseCommandLine(argv: readonly string[]): Flags | { readonly problem: string } {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        config: { type: "string" },
        url: { type: "string", multiple: true },
        token: { type: "string" },
        sn: { type: "string" },
        "app-id": { type: "string" },
        network: { type: "string" },
        "log-level": { type: "string" },
        check: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
    return {
      config: values.config ?? null,
      urls: values.url ?? [],
      token: values.token ?? null,
      sn: values.sn ?? null,
      appId: values["app-id"] ?? null,
      network: values.network ?? null,
      logLevel: values["log-level"] ?? null,
      check: values.check ?? false,
      help: values.help ?? false,
    };
  } catch (error) {
    return { problem: worded(error) };
  }
}

/** The parser's words, but for an argument without a name: that may be a token. */
function worded(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isStray = "code" in error && error.code === "ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL";
  return isStray ? "an argument has no option before it" : (error.message.split(/[.\n]\s/)[0] ?? error.message);
}
