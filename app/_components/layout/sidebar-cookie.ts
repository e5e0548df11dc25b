/** "icons" or "wide": the server must know the width before the first paint. */
export const SIDEBAR_COOKIE = "leash-sidebar";
