import fc from "fast-check";
import { expect, it } from "vitest";
import { parseWall, wallText } from "./wall-time.ts";

it("C104: a time field reads back the instant it was given, in any zone", () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 1_000_000_000, max: 2_000_000_000 }),
      fc.constantFrom("UTC", "Asia/Shanghai", "Asia/Kolkata", "America/St_Johns"),
      (seconds, zone) => {
        const at = seconds * 1_000;
        const back = parseWall(wallText(at, zone), zone);
        // The hour that clocks repeat in autumn has two instants and one name.
        expect(wallText(back ?? 0, zone)).toBe(wallText(at, zone));
        expect(Math.abs((back ?? 0) - at)).toBeLessThanOrEqual(3_600_000);
      },
    ),
  ));

it("C104: it shows the operator's own time, and an empty field is no instant", () => {
  const at = Date.UTC(2026, 10, 22, 18, 14, 5);
  expect(wallText(at, "Asia/Shanghai")).toBe("2026-11-23T02:14:05");
  expect(parseWall("2026-11-23T02:14", "Asia/Shanghai")).toBe(at - 5_000);
  expect(parseWall("", "UTC")).toBeNull();
});
