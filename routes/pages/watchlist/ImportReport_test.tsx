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

Deno.test("each outcome has its words, and the number of new stocks is in the title", () => {
  const outcomes = ["added", "present", "unknown_ticker", "invalid", "list_full"] as const;
  const report = outcomes.map((outcome, index) => ({
    line: index + 1,
    text: "KO",
    ticker: null,
    outcome,
  }));
  const html = renderToString(<ImportReport added={2} report={report} leftOff={0} />);
  assert.match(html, /2 stocks added/);
  assert.deepEqual([...html.matchAll(/<td>KO<\/td><td>([^<]*)/g)].map(([, text]) => text), [
    "Added",
    "On the list already",
    "Not known here",
    "Not a ticker",
    "No room: the list is full",
  ]);
  assert.doesNotMatch(html, /more are not shown/);
});

Deno.test("a line with a former ticker says what it is today", () => {
  const note = "FB is META today.";
  const line = { line: 1, text: "FB", ticker: "META", outcome: "added", note } as const;
  const html = renderToString(<ImportReport added={1} report={[line]} leftOff={0} />);
  assert.match(html, /<td>FB<\/td><td>Added: FB is META today\.<\/td>/);
});

Deno.test("a long report scrolls, and the keyboard reaches it", () => {
  const line = { line: 1, text: "KO", ticker: "KO", outcome: "added" } as const;
  const html = renderToString(<ImportReport added={1} report={[line]} leftOff={0} />);
  assert.match(html, /<div class="report-lines" tabindex="0" role="group" aria-labelledby=/);
});
