import assert from "node:assert/strict";
import { renderToString } from "preact-render-to-string";
import { ImportReport } from "./ImportReport.tsx";

Deno.test("an import's report tells of each line, and how many are left off", () => {
  const line = { line: 1, text: "<b>", ticker: null, outcome: "invalid" } as const;
  const html = renderToString(<ImportReport added={1} report={[line]} leftOff={7} />);
  assert.match(html, /1 stock added/);
  assert.match(html, /<td>&lt;b><\/td><td>Not a ticker<\/td>/);
  assert.match(html, /7 more are not shown/);
  const empty = renderToString(<ImportReport added={0} report={[]} leftOff={0} />);
  assert.match(empty, /nothing new.*There was no ticker/);
});
