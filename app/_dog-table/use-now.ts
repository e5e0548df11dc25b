export { useServerNow as useNow } from "#app/_live/use-server-now.ts";
