/** The token every dog of the bench shows. */
export const TOKEN = "bench-token-0123456789abcdef";
