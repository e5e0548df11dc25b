/** A command as it is found: what it is called in either language. */
export interface FindableCommand {
  readonly id: string;
  readonly group: "pages" | "console";
  readonly words: readonly string[];
}

/**
 * Commands that match what was typed. Pages appear only when named; when nothing is named, or nothing was typed, the console's
 * own commands stay, so that the palette never ends in a blank.
 */
export function findCommands<T extends FindableCommand>(commands: readonly T[], typed: string): readonly T[] {
  const text = typed.trim().toLowerCase();
  if (text === "") return commands;
  const named = commands.filter((command) => command.words.some((word) => word.toLowerCase().includes(text)));
  return named.length > 0 ? named : commands.filter((command) => command.group === "console");
}
