/** A guess for the first paint; the browser's own width decides right after. */
export const isPhone = (userAgent: string | null): boolean => /\bMobi/.test(userAgent ?? "");
