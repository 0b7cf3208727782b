// A form that is sent twice, as by a second click on a slow line, without JavaScript: it is done once, and both answers are those of the first.

import assert from "node:assert/strict";
import { call } from "../support/api_client.ts";
import { createFormClient, type FormClient } from "../support/form_client.ts";
import { startServer, type TestServer } from "../support/server.ts";

const password = "a long enough one";

let server: TestServer;
Deno.test.beforeAll(async () => {
  server = await startServer();
});
Deno.test.afterAll(async () => void await server.stop());

/** The one-time id of the page's form with this button. */
async function formId(browser: FormClient, path: string, button: RegExp): Promise<string> {
  const { text } = await browser.get(path);
  const form =
    text.split("<form ").slice(1).find((part) => button.test(part.split("</form>")[0]!)) ?? "";
  const [, id] = /name="form" value="([^"]+)"/.exec(form) ?? [];
  assert.ok(id, `${path} has a form with an id:\n${form.slice(0, 400)}`);
  return id;
}

async function newUser(): Promise<FormClient> {
  const browser = createFormClient(server.url);
  const username = `u_${crypto.randomUUID().slice(0, 8)}`;
  assert.equal((await browser.post("/register", { username, password })).status, 303);
  return browser;
}

const lists = async (browser: FormClient) =>
  (await call(`${server.url}/api/watchlists`, { headers: { cookie: browser.cookie() } })).body;

Deno.test("two clicks on Create account make one account, and each answer signs in to it", async () => {
  const form = await formId(createFormClient(server.url), "/register", /Create account/);
  const username = `u_${crypto.randomUUID().slice(0, 8)}`;
  const browsers = [createFormClient(server.url), createFormClient(server.url)];
  const send = (browser: FormClient) => browser.post("/register", { form, username, password });
  const answers = await Promise.all(browsers.map(send));
  answers.push(await send(browsers[0]!));
  assert.deepEqual(answers.map(({ location }) => location), Array(3).fill("/watchlist"));
  for (const browser of browsers) {
    const { body } = await call(`${server.url}/api/me`, { headers: { cookie: browser.cookie() } });
    assert.equal(body.username, username);
  }
});

Deno.test("a repeat that reaches another instance, or comes without the form's id, signs in with the same password only", async () => {
  const username = `u_${crypto.randomUUID().slice(0, 8)}`;
  const register = (password: string) =>
    createFormClient(server.url).post("/register", { username, password });
  const answers = await Promise.all([register(password), register(password)]);
  assert.deepEqual(answers.map(({ location }) => location), ["/watchlist", "/watchlist"]);
  const other = await register("another long one");
  assert.equal(other.status, 409);
  assert.match(other.text, /That username is taken/);
});

Deno.test("two clicks on Create make one list; the form of the next page makes another one", async () => {
  const browser = await newUser();
  const create = async () => {
    const form = await formId(browser, "/watchlist", /value="create"/);
    const send = () => browser.post("/watchlist", { form, action: "create", name: "Banks" });
    return [...await Promise.all([send(), send()]), await send()];
  };
  const answers = await create();
  assert.equal(new Set(answers.map(({ location }) => location)).size, 1);
  assert.equal(answers[0]?.status, 303);
  assert.equal((await lists(browser)).length, 2);
  await create();
  assert.equal((await lists(browser)).length, 3);
});

Deno.test("to delete what is gone leads on as if it was deleted now", async () => {
  const browser = await newUser();
  const { location } = await browser.post("/watchlist", { action: "create", name: "Banks" });
  const send = () => browser.post(location!, { action: "delete" });
  const answers = [...await Promise.all([send(), send()]), await send()];
  assert.deepEqual(answers.map(({ status }) => status), [303, 303, 303]);
  assert.equal((await lists(browser)).length, 1);
  for (let count = 0; count < 2; count++) {
    assert.equal((await browser.post("/watchlist", { remove: "AAPL" })).status, 303);
  }
});

Deno.test("two clicks on the change of a password change it once, and keep the session", async () => {
  const browser = await newUser();
  const form = await formId(browser, "/account", /change-password/);
  const change = {
    form,
    action: "change-password",
    oldPassword: password,
    newPassword: "new " + password,
  };
  const send = () => browser.post("/account", change);
  const answers = [...await Promise.all([send(), send()]), await send()];
  assert.deepEqual(
    answers.map(({ location }) => location),
    Array(3).fill("/account?password-changed"),
  );
});
