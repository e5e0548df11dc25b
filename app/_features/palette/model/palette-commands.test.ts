import { describe, expect, it } from "vitest";
import { findCommands } from "./palette-commands.ts";

const commands = [
  { id: "dogs", group: "pages", words: ["Go to Dogs", "机器狗"] },
  { id: "theme", group: "console", words: ["Switch to the dark theme", "深色"] },
] as const;
const ids = (typed: string) => findCommands(commands, typed).map((command) => command.id);

describe("palette commands", () => {
  it("C27: everything is offered before anything is typed", () => {
    expect(ids("")).toEqual(["dogs", "theme"]);
    expect(ids("  ")).toEqual(["dogs", "theme"]);
  });

  it("C27: a command is found in either language, whatever the case", () => {
    expect(ids("DARK")).toEqual(["theme"]);
    expect(ids("机器狗")).toEqual(["dogs"]);
  });

  it("C27: a serial number leaves the console's commands and no page", () => {
    expect(ids("0412")).toEqual(["theme"]);
  });
});
