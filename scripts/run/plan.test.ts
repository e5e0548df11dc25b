import { describe, expect, it } from "vitest";
import { makePlan } from "./plan.ts";

const nothing: NodeJS.ProcessEnv = { NODE_ENV: "test" };

describe("what a command runs", () => {
  it("T3: start runs the gateway, then the console pointed at it", () => {
    const plan = makePlan("start", { ...nothing, GATEWAY_PORT: "9001", DASHBOARD_PORT: "9002" });
    expect(plan.steps.map((step) => step.name)).toEqual(["gateway", "console"]);
    expect(plan.steps.map((step) => step.readyUrl)).toEqual(["http://127.0.0.1:9001/healthz", "http://127.0.0.1:9002"]);
    expect(plan.steps[1]?.env.RECONNECTION_API_URL).toBe("http://127.0.0.1:9001");
    expect(plan.steps[1]?.args).toContain("9002");
    expect(plan.banner[0]).toBe("Leash is ready: http://127.0.0.1:9002");
  });

  it("T3: only the demo brings dogs, a token for them and a folder of its own", () => {
    const [gateway, , fleet] = makePlan("demo", nothing).steps;
    expect(fleet?.args).toEqual(expect.arrayContaining(["--dogs", "200", "--url", "ws://127.0.0.1:8080/ws"]));
    expect(gateway?.env.DOG_SHARED_TOKEN).toMatch(/^[0-9a-f]{48}$/);
    expect(fleet?.env.DOG_SHARED_TOKEN).toBe(gateway?.env.DOG_SHARED_TOKEN);
    expect(gateway?.env.DATA_DIR).toBe("data/demo");
    expect(makePlan("start", nothing).steps[0]?.env).not.toHaveProperty("DOG_SHARED_TOKEN");
  });

  it("T3: the demo's dogs write their log where they are told", () => {
    const [, , fleet] = makePlan("demo", nothing, "/tmp/truth.ndjson").steps;
    expect(fleet?.args.slice(-2)).toEqual(["--log", "/tmp/truth.ndjson"]);
  });

  it("T3: what the operator set wins over the defaults", () => {
    const given = { ...nothing, DATA_DIR: "/srv/leash", RECONNECTION_API_URL: "http://10.0.0.5:8080", HOST: "0.0.0.0" };
    const [gateway, dashboard] = makePlan("demo", given).steps;
    expect(gateway?.env).toMatchObject({ DATA_DIR: "/srv/leash", NODE_ENV: "production" });
    expect(dashboard?.env.RECONNECTION_API_URL).toBe("http://10.0.0.5:8080");
    expect(gateway?.readyUrl).toBe("http://127.0.0.1:8080/healthz");
  });

  it("T3: console runs nothing but the console, against the backend it is given", () => {
    const plan = makePlan("console", { ...nothing, RECONNECTION_API_URL: "http://10.0.0.5:8080" });
    expect(plan.steps.map((step) => step.name)).toEqual(["console"]);
    expect(plan.banner[1]).toBe("  it shows http://10.0.0.5:8080");
  });

  it("T3: a console without sign-in never listens beyond loopback", () => {
    expect(() => makePlan("start", { ...nothing, DASHBOARD_HOST: "0.0.0.0" })).toThrow(/loopback only/);
  });
});
