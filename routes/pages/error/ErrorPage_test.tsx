import assert from "node:assert/strict";
import { render } from "../page_fixtures.ts";
import { errorPage } from "./ErrorPage.tsx";

Deno.test("an error page names its kind and leads back", () => {
  assert.match(render(errorPage({ status: 404, text: "Nothing." })), /Page not found.*Nothing\./);
  assert.match(render(errorPage({ status: 503, text: "Busy." })), /Something went wrong.*Busy\./);
  assert.doesNotMatch(render(errorPage({ status: 404, text: "Nothing." })), /<script/);
  const signedIn = errorPage({ status: 404, text: "There is no such list.", isSignedIn: true });
  assert.match(render(signedIn), /<a class="button" href="\/watchlist">Open your watchlist/);
});

Deno.test("a refusal is not titled as a fault of the service", () => {
  for (const status of [400, 403, 405, 410, 413, 429]) {
    assert.match(render(errorPage({ status, text: "No." })), /<h1>That did not work<\/h1>/);
  }
});

Deno.test("the text stands on the page as text", () => {
  assert.match(render(errorPage({ status: 404, text: "<b>" })), /<p>&lt;b><\/p>/);
});
