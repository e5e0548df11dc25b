import { type FourEndpointService, startFourEndpointService } from "#app/_testing/four-endpoint-service.ts";
import { liveFeed, rowOf } from "./fixtures/console-page.ts";
import { type ConsoleProcess, startConsole } from "./fixtures/console-process.ts";
import { test as base, expect } from "./fixtures/test.ts";

const test = base.extend<{ service: FourEndpointService; basic: ConsoleProcess }>({
  service: async ({ browserName: _ }, use) => {
    const service = await startFourEndpointService();
    await use(service);
    await service.close();
  },
  basic: async ({ service }, use) => {
    const running = await startConsole(service.url);
    await use(running);
    await running.close();
  },
});

for (const shape of ["array", "wrapped"] as const) {
  test(`C11: a service with only the four endpoints is shown and forced (its list as ${shape})`, async ({
    page,
    service,
    basic,
  }) => {
    service.shape = shape;
    service.dogs.set("S1-0001", { attempts: 3, reason: "网络超时", untilRetry: "8s", delay: "8s" });
    service.dogs.set("S1-0002", { attempts: 1, reason: "对端重置连接", untilRetry: "-2s" });
    await page.goto(`${basic.url}/reconnections`);
    await expect(liveFeed(page)).toHaveText("Basic, every 2 s");
    await expect(rowOf(page, "S1-0001")).toContainText("Network timeout");
    await expect(rowOf(page, "S1-0002")).toContainText("Reset by peer");

    await rowOf(page, "S1-0001").getByRole("button", { name: "Force a reconnect: S1-0001" }).click();
    await expect(rowOf(page, "S1-0001")).toContainText("Sent, not reported");
    expect(service.requests).toContain("POST /api/reconnection/force");

    // Rows keep their place under the pointer.
    await page.getByRole("heading", { name: "Reconnections" }).hover();
    service.dogs.delete("S1-0002");
    await expect(rowOf(page, "S1-0002")).toBeHidden();
  });
}
