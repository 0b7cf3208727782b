import assert from "node:assert/strict";
import fc from "fast-check";
import { renderToString } from "preact-render-to-string";
import { Island, serializeProps } from "./island.tsx";

Deno.test("any props come back as they were, and cannot end their script element", () => {
  const nasty = fc.constantFrom("</script>", "<!--", "<script", "\u2028", "\u2029", "]]>", "&lt;");
  const text = fc.oneof(fc.string({ unit: "binary" }), nasty);
  const props = fc.dictionary(
    text,
    fc.oneof(fc.jsonValue(), text, fc.tuple(text, nasty).map((parts) => parts.join(""))),
  );
  fc.assert(fc.property(props, (value) => {
    const serialized = serializeProps(value);
    assert.deepEqual(JSON.parse(serialized), JSON.parse(JSON.stringify(value)));
    assert.doesNotMatch(serialized, /[<\u2028\u2029]/);
  }));
});

Deno.test("an island is rendered on the server, with its props once beside it", () => {
  function Hello({ to }: { to: string }) {
    return <p>Hello {to}</p>;
  }
  const html = renderToString(<Island component={Hello} props={{ to: "</script><b>" }} />);
  assert.equal(
    html,
    `<div data-island="Hello" data-load="page"><p>Hello &lt;/script>&lt;b></p></div>` +
      `<script type="application/json">{"to":"\\u003c/script>\\u003cb>"}</script>`,
  );
});
