import assert from "node:assert/strict";
import { splitSource } from "./source_text.ts";

Deno.test("comments are taken from the code, and both keep their lines", () => {
  const { code, comments } = splitSource("a; // one\n/* two\nthree */ b;\n");
  assert.equal(code, "a;       \n      \n         b;\n");
  assert.equal(comments, "   // one\n/* two\nthree */   \n");
});

const withoutComments = {
  "a string": `"// no"; 'it''s /* no */'`,
  "a string with an escaped quote": String.raw`"\"// no"`,
  "a template": "`// no ${'`'} /* no ${`${{ a: `// no` }}`} */`",
  "a template with an escaped backtick": "`\\`// no`",
  "a regular expression": String.raw`const p = /["'\x60]\/\/[/*]/g; x.match(/\/* no/)`,
  "a division": "a / b / c",
  "an address": `<a href="https://example.com">https:/</a>`,
};

for (const [what, code] of Object.entries(withoutComments)) {
  Deno.test(`what looks like a comment in ${what} is code`, () => {
    assert.equal(splitSource(code).comments.trim(), "");
    assert.equal(splitSource(`${code} // yes`).comments.trim(), "// yes");
  });
}

Deno.test("a comment inside a template's expression is a comment", () => {
  assert.equal(splitSource("`a${b /* yes */}// no`").comments.trim(), "/* yes */");
});

Deno.test("an apostrophe in a component's text opens no string", () => {
  assert.equal(splitSource("<p>don't</p>\n// yes\n").comments.trim(), "// yes");
});

Deno.test("a style sheet has block comments alone", () => {
  const { comments } = splitSource("a { /* yes */ background: url(//no) }", { isCss: true });
  assert.equal(comments.trim(), "/* yes */");
});

Deno.test("a comment that does not end runs to the end of the file", () => {
  assert.equal(splitSource("a /* yes\nyes").comments.trim(), "/* yes\nyes");
});
