// Owns a search on a core of its own: told where to look, it answers with the report of what it found, if anything.

import { searchForBreach, type SearchOptions } from "./search.ts";

self.onmessage = async ({ data }: MessageEvent<SearchOptions>) => {
  self.postMessage((await searchForBreach(data))?.report ?? "");
};
