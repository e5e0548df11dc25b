import type { FastifyInstance } from "fastify";
import { AppError } from "#lib/errors/app-error.ts";
import { parseJson } from "#lib/protocol/codec.ts";

/** JSON and nothing else; refused before use when deeper than 16 or with `__proto__`. An empty body reads as `{}`. */
export function installJsonBody(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "string" }, (_request, text, done) => {
    const body = typeof text === "string" ? text : text.toString("utf8");
    if (body.trim() === "") return done(null, {});
    const parsed = parseJson(body);
    if (parsed.ok) return done(null, parsed.message);
    return done(
      new AppError("invalid_input", `bad body: ${parsed.reason}`, {
        fields: [{ field: "body", message: parsed.reason }],
      }),
    );
  });
}
