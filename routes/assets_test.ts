import assert from "node:assert/strict";
import { createTestApp } from "./app_fixtures.ts";

const name = "styles-ABCD1234.css";
const headers = {
  "content-type": "text/css; charset=utf-8",
  "cache-control": "public, max-age=31536000, immutable",
};

/** The built files of a test: one style sheet, and its compressed form. */
const withStyles = () =>
  createTestApp({
    assets: {
      path: (logicalName) => `/assets/${logicalName}`,
      modules: () => [],
      file(hashedName, acceptEncoding) {
        if (hashedName !== name) return undefined;
        const text = acceptEncoding === "br" ? "compressed" : "body{}";
        return { bytes: new TextEncoder().encode(text), headers };
      },
    },
  });

Deno.test("a built file is answered with its type, and may be kept for ever", async () => {
  await using app = await withStyles();
  const answer = await app.request(`/assets/${name}`);
  assert.deepEqual([answer.status, answer.text], [200, "body{}"]);
  for (const [header, value] of Object.entries(headers)) {
    assert.equal(answer.headers.get(header), value);
  }
});

Deno.test("a built file comes in the form that the client takes", async () => {
  await using app = await withStyles();
  const answer = await app.request(`/assets/${name}`, { headers: { "accept-encoding": "br" } });
  assert.equal(answer.text, "compressed");
});

Deno.test("a name that was not built is 404, as a path out of the folder is", async () => {
  await using app = await withStyles();
  for (const path of ["styles.css", "..%2fdeno.json", "../../etc/passwd", ""]) {
    const { status, json, headers } = await app.request(`/assets/${path}`);
    assert.deepEqual([status, json.code], [404, "not_found"], path);
    assert.equal(headers.get("cache-control"), "no-store");
  }
});

Deno.test("the icon that browsers ask for by themselves is the built one", async () => {
  await using app = await withStyles();
  const { status, headers } = await app.request("/favicon.ico");
  assert.deepEqual([status, headers.get("location")], [302, "/assets/favicon.svg"]);
});

Deno.test("robots may read the pages, but not the API", async () => {
  await using app = await withStyles();
  const { status, text } = await app.request("/robots.txt");
  assert.deepEqual([status, text], [200, "User-agent: *\nDisallow: /api/\n"]);
});
