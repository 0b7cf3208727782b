import assert from "node:assert/strict";
import { Hono } from "hono";
import { createPartClient } from "../client_fixtures.ts";
import type { Env } from "../env.ts";
import { type LocalNamesConfig, refuseForeignNames } from "./local_names.ts";

async function statusOf(url: string, config: Partial<LocalNamesConfig> = {}): Promise<number> {
  const part = new Hono<Env>();
  const defaults = { host: "127.0.0.1", production: false, allowedOrigins: [] };
  part.use(refuseForeignNames({ ...defaults, ...config }));
  part.all("*", (c) => c.text("here"));
  const { status, text } = await createPartClient(part)(url);
  if (status === 421) assert.match(text, /HOST=0\.0\.0\.0.*ALLOWED_ORIGINS.*"code":"unknown_host"/);
  return status;
}

const local = ["localhost", "LOCALHOST", "board.localhost", "127.0.0.1", "127.9.8.7", "[::1]"];
const foreign = ["evil.example", "localhost.evil.example", "10.0.0.7", "127.evil.example", "[::2]"];

Deno.test("a development server on a loopback address takes loopback names alone", async () => {
  for (const host of ["127.0.0.1", "localhost", "::1"]) {
    for (const name of local) assert.equal(await statusOf(`http://${name}:8000/`, { host }), 200);
    for (const name of foreign) {
      assert.equal(await statusOf(`http://${name}:8000/`, { host }), 421, name);
    }
  }
});

Deno.test("production, another HOST, and a name of ALLOWED_ORIGINS take other names", async () => {
  const url = "http://evil.example:8000/";
  assert.equal(await statusOf(url, { production: true }), 200);
  assert.equal(await statusOf(url, { host: "0.0.0.0" }), 200);
  assert.equal(await statusOf(url, { allowedOrigins: ["https://evil.example"] }), 200);
  assert.equal(await statusOf(url, { allowedOrigins: ["https://other.example"] }), 421);
});
