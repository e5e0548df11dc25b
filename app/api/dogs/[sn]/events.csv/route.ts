import { dogExport } from "#app/_server/export-route.ts";

export const GET = dogExport("csv");
