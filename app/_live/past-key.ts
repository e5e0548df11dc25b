/** Key of a query of the past: apart from every live one, so that no writer of the feed patches it. What was does not change. */
export const pastKey = (at: number, ...what: readonly string[]) => ["past", at, ...what] as const;
