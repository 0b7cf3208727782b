import assert from "node:assert/strict";
import { renderToString } from "preact-render-to-string";
import { PageTime } from "./PageTime.tsx";

Deno.test("a page's time is read as UTC by people and by programs", () => {
  assert.equal(
    renderToString(<PageTime at={Date.UTC(2026, 0, 2, 4, 3, 2, 999)} />),
    '<time datetime="2026-01-02T04:03:02.999Z">04:03:02 UTC</time>',
  );
});
