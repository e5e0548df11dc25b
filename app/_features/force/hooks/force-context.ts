"use client";

import { createForceCenter } from "../api/force-center.ts";
import { fetchTicket } from "../api/force-requests.ts";

/** One a tab: rows, dialogs and toasts of every page speak of the same forces. Empty on the server. */
export const forceCenter = createForceCenter(fetchTicket);
