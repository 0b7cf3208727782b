import assert from "node:assert/strict";
import { createMetrics } from "./metrics.ts";

Deno.test("the calls saved are one call for each frame, minus the calls made", async () => {
  const metrics = createMetrics();
  metrics.framesSent.inc(1_000);
  metrics.upstreamCalls.inc({ source: "albert", outcome: "ok" }, 12);
  metrics.upstreamCalls.inc({ source: "albert", outcome: "timeout" }, 3);
  const text = await metrics.registry.metrics();
  assert.match(text, /^quoteboard_upstream_calls_saved 985$/m);
  assert.match(text, /^quoteboard_memory_rss_bytes [1-9]/m);
});
