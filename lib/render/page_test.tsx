import assert from "node:assert/strict";
import { Island } from "./island.tsx";
import { type PageFrame, renderPage } from "./page.tsx";

const frame: PageFrame = {
  assets: {
    path: (name) => `/assets/${name}`,
    modules: (island) => [`/assets/${island}.js`, "/assets/shared.js"],
  },
  nonce: "n0nce",
  path: "/watchlist",
  notice: "Prices are <simulated>.",
};

function A() {
  return <p>Hello</p>;
}

function B() {
  return <p>Hello again</p>;
}

Deno.test("a page without islands has no script", () => {
  const html = renderPage({ title: "Plain", body: <p>Text</p> }, frame);
  assert.doesNotMatch(html, /<script|modulepreload/);
  assert.match(html, /^<!doctype html><html lang="en"><head>/);
  assert.match(html, /<title>Plain · Quoteboard<\/title>/);
});

Deno.test("in development a page carries its build and a script with its nonce", () => {
  const html = renderPage({ title: "Plain", body: <p>Text</p> }, { ...frame, devBuild: "b1" });
  assert.match(
    html,
    /<script nonce="n0nce" data-build="b1">[^<]*new EventSource\("\/dev\/events"\)/,
  );
});

Deno.test("a page with islands loads the script with its nonce, and each module once", () => {
  const body = (
    <>
      <Island component={A} props={{}} />
      <Island component={B} props={{}} />
    </>
  );
  const html = renderPage({ title: "Live", body }, frame);
  assert.match(html, /<script type="module" nonce="n0nce" src="\/assets\/boot.js"><\/script>/);
  const preloads = html.match(/<link rel="modulepreload" nonce="n0nce" href="[^"]+"/g) ?? [];
  assert.deepEqual(preloads.map((link) => link.split("/").at(-1)), [
    `A.js"`,
    `shared.js"`,
    `B.js"`,
  ]);
});

Deno.test("an island that loads at the first interaction is not preloaded", () => {
  const body = <Island component={A} props={{}} load="interaction" />;
  const html = renderPage({ title: "Later", body }, frame);
  assert.match(html, /boot\.js/);
  assert.doesNotMatch(html, /modulepreload/);
});

Deno.test("the islands of one page are not in the next", () => {
  renderPage({ title: "Live", body: <Island component={A} props={{}} /> }, frame);
  assert.doesNotMatch(renderPage({ title: "Plain", body: <p /> }, frame), /<script/);
});

Deno.test("a signed-in user can sign out, a visitor can sign in", () => {
  const visitor = renderPage({ title: "x", body: <p /> }, frame);
  assert.match(visitor, /href="\/login"/);
  assert.doesNotMatch(visitor, /sign-out/);
  const user = renderPage({ title: "x", body: <p /> }, { ...frame, username: "user1" });
  assert.match(user, /<form method="post" action="\/account">.*value="sign-out"/);
  assert.doesNotMatch(user, /href="\/login"/);
});

Deno.test("the navigation marks the current page", () => {
  const html = renderPage({ title: "x", body: <p /> }, { ...frame, username: "user1" });
  assert.deepEqual(html.match(/href="[^"]+" aria-current="page"/g), [
    `href="/watchlist" aria-current="page"`,
  ]);
});

Deno.test("every page shows the notice of the quote source, escaped", () => {
  const html = renderPage({ title: "x", body: <p /> }, frame);
  assert.match(html, /Prices are &lt;simulated>\./);
});

Deno.test("no page carries an inline style, which its policy would refuse", () => {
  const html = renderPage({ title: "x", body: <p /> }, { ...frame, username: "user1" });
  assert.doesNotMatch(html, /\sstyle=|<style/);
});
