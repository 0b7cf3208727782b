// Owns the page's calls of the search. They are apart from api.ts, so that only the search field loads them.

import { type Api, type FoundSecurity, readSecurity, record } from "./api.ts";

export interface SearchApi {
  /** Undefined without an answer. */
  search(query: string, signal: AbortSignal): Promise<FoundSecurity[] | undefined>;
  /** For a query without a result. */
  nearest(query: string, signal: AbortSignal): Promise<NearestNames | undefined>;
}

export interface NearestNames {
  /** Such as "1,129 US stocks and funds". */
  readonly covered: string;
  readonly nearest: readonly FoundSecurity[];
}

const searchLimit = 8;
/** Longer queries are truncated, as on the server. */
export const queryLengthMax = 64;

export function createSearchApi({ read }: Pick<Api, "read">): SearchApi {
  return {
    async search(query, signal) {
      const parameters = new URLSearchParams({
        query: query.slice(0, queryLengthMax),
        limit: String(searchLimit),
      });
      return readSecurities(await read(`/api/securities?${parameters}`, signal));
    },
    async nearest(query, signal) {
      const parameters = new URLSearchParams({ query });
      const body = record(await read(`/api/securities/nearest?${parameters}`, signal));
      const nearest = readSecurities(body?.nearest);
      return nearest && { covered: String(body?.covered), nearest };
    },
  };
}

function readSecurities(value: unknown): FoundSecurity[] | undefined {
  return Array.isArray(value)
    ? value.flatMap((item) => readSecurity(item) ?? []).slice(0, searchLimit)
    : undefined;
}
