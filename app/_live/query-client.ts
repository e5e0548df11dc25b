import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "./api-error.ts";

const FRESH_MS = 10_000;

/**
 * One client a browser, one a request on the server. The live feed keeps data true and says when it must be fetched again, so nothing
 * refetches by itself; an upstream that is away is asked once more, a refusal never.
 */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: FRESH_MS,
        networkMode: "always",
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        retry: (failures, error) => failures < 1 && error instanceof ApiError && error.isTransient,
      },
      mutations: { networkMode: "always", retry: false },
    },
  });
}
