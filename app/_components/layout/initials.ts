/** At most two letters of a name: "Lin Wei" is LW, "operator" is O, "王伟" is 王. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean).slice(0, 2);
  return words.map((word) => [...word][0]?.toUpperCase() ?? "").join("");
}
