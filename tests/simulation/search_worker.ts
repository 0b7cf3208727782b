// Owns a search in a worker, on another core: it receives the options, and answers with the report, empty if nothing was found.

import { searchForBreach, type SearchOptions } from "./search.ts";

self.onmessage = async ({ data }: MessageEvent<SearchOptions>) => {
  self.postMessage((await searchForBreach(data))?.report ?? "");
};
