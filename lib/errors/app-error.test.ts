import { expect, it, vi } from "vitest";
import { AppError, HTTP_STATUS, toProblem } from "./app-error.ts";

it("R40: a known error tells its code, status, text and fields", () => {
  const fields = [{ field: "client_id", message: "expected 1 to 64 characters" }];
  expect(toProblem(new AppError("invalid_input", "client_id is wrong", { fields }))).toEqual({
    type: "urn:leash:error:invalid_input",
    title: "invalid input",
    status: 400,
    code: "invalid_input",
    detail: "client_id is wrong",
    errors: fields,
  });
});

it.each([new Error("SELECT token FROM dogs"), "a string", undefined, { code: "not_found", status: 404 }])(
  "R40: anything else leaves as internal, its text withheld: %s",
  (thrown) => {
    const problem = toProblem(thrown);
    expect(problem).toMatchObject({ code: "internal", status: 500 });
    expect(JSON.stringify(problem)).not.toMatch(/SELECT|string|not_found/);
  },
);

it("R40: every status is an HTTP error and the cause is kept for the log", () => {
  for (const status of Object.values(HTTP_STATUS)) expect(status).toBeGreaterThanOrEqual(400);
  const cause = new Error("ECONNREFUSED");
  expect(new AppError("upstream_unavailable", "no answer", { cause }).cause).toBe(cause);
  expect(new AppError("rate_limited", "slow down", { retryAfterS: 3 })).toMatchObject({ status: 429, retryAfterS: 3 });
});

it("C36: an error thrown by another bundle's copy of the class keeps its code", async () => {
  vi.resetModules();
  const other = await import("./app-error.ts");
  expect(other.AppError).not.toBe(AppError);
  const error = new other.AppError("not_found", "no such dog");
  expect(error instanceof AppError).toBe(true);
  expect(toProblem(error)).toMatchObject({ code: "not_found", status: 404 });
});

it("G153: an instant before the horizon is told with the earliest there is", () => {
  const tooEarly = (earliest: number | null) => toProblem(new AppError("before_horizon", "too early", { earliest }));
  expect(tooEarly(1_700_000_000_000)).toMatchObject({ status: 410, earliest: "2023-11-14T22:13:20.000Z" });
  expect(tooEarly(null)).toMatchObject({ code: "before_horizon", earliest: null });
  expect(toProblem(new AppError("gone", "gone"))).not.toHaveProperty("earliest");
});
