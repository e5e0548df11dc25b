import { fleetExport } from "#app/_server/export-route.ts";

export const GET = fleetExport("outages", "csv");
