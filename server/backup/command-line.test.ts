import { expect, it } from "vitest";
import { asksHelp, readCommand, UsageError } from "./command-line.ts";

it("J66: --help asks for the usage and nothing else", () => {
  expect(asksHelp(["--help"])).toBe(true);
  expect(asksHelp(["--to", "file", "-h"])).toBe(true);
  expect(asksHelp(["--to", "help"])).toBe(false);
});

it("J64: only the rebuild may be forced", () => {
  expect(readCommand(["--force"], {}, null)).toMatchObject({ force: true, file: "" });
  expect(readCommand(["--to", "x"], {}, "to")).toMatchObject({ force: false, file: "x" });
  expect(() => readCommand(["--to", "x", "--force"], {}, "to")).toThrow(UsageError);
  expect(() => readCommand([], {}, "from")).toThrow("--from FILE is missing");
});
