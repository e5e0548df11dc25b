import { describe, expect, it } from "vitest";
import { type GatewayPlace, serviceOf } from "./announced-service.ts";

const PLACE: GatewayPlace = {
  host: "0.0.0.0",
  port: 8080,
  publicUrl: undefined,
  gatewayName: "hall.3",
  version: "0.1.0",
};
const announced = (place: Partial<GatewayPlace> = {}, machine = "raspberrypi") =>
  serviceOf({ ...PLACE, ...place }, machine, () => 0.5);

describe("what a gateway announces", () => {
  it("D66: its name, port, path, version and that it speaks no TLS", () => {
    expect(announced()).toEqual({
      name: "hall-3-i000",
      host: "raspberrypi.local",
      port: 8080,
      text: { path: "/ws", tls: "0", version: "0.1.0", gateway: "hall.3" },
    });
    expect(announced({}, "mac.local")?.host).toBe("mac.local");
  });

  it("D66: two gateways of one name differ", () => {
    const names = [0, 0.1, 0.999_999_9].map((chance) => serviceOf(PLACE, "m", () => chance)?.name);
    expect(names).toEqual(["hall-3-0000", "hall-3-3lll", "hall-3-zzzz"]);
    expect(announced({ gatewayName: "x".repeat(64) })?.name).toHaveLength(63);
  });

  it.each(["127.0.0.1", "127.3.2.1", "::1", "[::1]", "localhost"])("D66: nothing, bound to %s", (host) => {
    expect(announced({ host })).toBeNull();
  });

  it.each([
    ["192.168.1.5", "192.168.1.5"],
    ["2001:db8::5", "2001:db8::5"],
    ["::", undefined],
    ["gateway.hall", undefined],
  ])("D66: bound to %s it is reached at %s alone", (host, address) => {
    expect(announced({ host })?.text.address).toBe(address);
  });

  it.each([
    ["wss://leash.example.com/ws", 443, "1", "/ws"],
    ["wss://leash.example.com:8443/dogs/ws", 8_443, "1", "/dogs/ws"],
    ["ws://leash.example.com/ws", 80, "0", "/ws"],
  ])("D66: %s in its place, bound to loopback behind a proxy or not", (publicUrl, port, tls, path) => {
    for (const host of ["0.0.0.0", "127.0.0.1"]) {
      expect(announced({ host, publicUrl })).toEqual({
        name: "hall-3-i000",
        host: "leash.example.com",
        port,
        text: { path, tls, gateway: "hall.3", version: "0.1.0" },
      });
    }
  });
});
