import assert from "node:assert/strict";
import { createTestApp } from "../../app_fixtures.ts";
import { withList } from "./list_client_fixtures.ts";

const add = "POST /api/watchlist";

Deno.test("a change goes through without If-Match, with a star, and with the present version", async () => {
  await using app = await createTestApp();
  const { send, list } = await withList(app, []);
  let tag = `"${list.id}:${list.version}"`;

  async function addWith(ticker: string, headers: Record<string, string>) {
    const answer = await send(add, { json: { ticker }, headers });
    assert.equal(answer.status, 201);
    tag = answer.headers.get("etag") ?? "";
  }

  await addWith("KO", {});
  await addWith("AAPL", { "if-match": "*" });
  await addWith("MSFT", { "if-match": tag });
  await addWith("NVDA", { "if-match": ` W/${tag} ` });
});

Deno.test("an older version, another list's tag and a malformed tag do not match", async () => {
  await using app = await createTestApp();
  const { send, list: { id, version } } = await withList(app);
  const other = crypto.randomUUID();
  const tags = [
    `"${id}:${version - 1}"`,
    `"${other}:${version}"`,
    `${id}:${version}`,
    `"${id}:${version}`,
    `"${id}:9999999999999999"`,
    `"${version}"`,
    "",
  ];
  for (const tag of tags) {
    const answer = await send(add, { json: { ticker: "NVDA" }, headers: { "if-match": tag } });
    assert.deepEqual([answer.status, answer.json.code], [412, "version_differs"], tag);
  }
});

Deno.test("a version of the first list does not fit the list that is first now", async () => {
  await using app = await createTestApp();
  const { send, userId, list: { id, version } } = await withList(app);
  const second = await app.deps.lists.create({ userId, name: "Chips" });
  await app.deps.lists.move({ userId, listId: second.id, position: 0 });
  const headers = { "if-match": `"${id}:${version}"` };
  assert.equal((await send(add, { json: { ticker: "NVDA" }, headers })).status, 412);
});
