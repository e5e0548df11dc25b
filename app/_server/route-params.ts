import { z } from "zod";
import { clientId } from "#lib/contracts/shared.ts";

export const dogParams = z.object({ sn: clientId });
export const ticketParams = z.object({ ticket: z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/, "expected a ticket's id") });
