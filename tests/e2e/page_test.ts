// The main task in a real browser: sign in, search, add, watch the price change, and find the list again after a restart.

import assert from "node:assert/strict";
import { launchChromium } from "../support/chromium.ts";
import {
  assertAccessible,
  badge,
  inContext,
  openSignedIn,
  priceMoves,
  row,
  searchAndAdd,
  submit,
} from "../support/page_steps.ts";
import { freePort } from "../support/free_port.ts";
import { startServer } from "../support/server.ts";

Deno.test("the page in a real browser", async (t) => {
  const folder = await Deno.makeTempDir();
  const env = { PORT: String(freePort()), KV_PATH: `${folder}/quoteboard.kv` };
  const browser = await launchChromium();
  let server = await startServer({ env });
  const { url } = server;

  await t.step(
    "a user signs in, adds Apple by keyboard, and watches its price change",
    async () => {
      await inContext(browser, async (context) => {
        const page = await openSignedIn(context, { url });
        await searchAndAdd(page, "apple");
        await row(page, "AAPL").waitFor();
        await badge(page, "live").waitFor();
        await priceMoves(page, "AAPL");
      });
    },
  );

  await t.step(
    "after a restart the open page reconnects by itself, and the list is still there",
    async () => {
      await inContext(browser, async (context) => {
        const page = await openSignedIn(context, { url });
        await badge(page, "live").waitFor();
        await server.stop();
        await page.locator(".badge:not([data-status=live])").waitFor();
        server = await startServer({ env });
        await badge(page, "live").waitFor();
        await priceMoves(page, "AAPL");
        await page.reload();
        await row(page, "AAPL").waitFor();
      });
    },
  );

  await t.step("two tabs of one user show the same list", async () => {
    await inContext(browser, async (context) => {
      const first = await openSignedIn(context, { url });
      const second = await context.newPage();
      await second.goto(`${url}/watchlist`);
      await badge(second, "live").waitFor();
      await searchAndAdd(first, "microsoft");
      await row(second, "MSFT").waitFor();
      await row(second, "MSFT").getByText("Microsoft Corporation").waitFor();
      await second.getByRole("button", { name: "Remove MSFT" }).click();
      await row(first, "MSFT").waitFor({ state: "detached" });
    });
  });

  await t.step("without JavaScript forms sign in, search, add, remove and sign out", async () => {
    await inContext(browser, async (context) => {
      const page = await openSignedIn(context, { url, username: "user2" });
      await page.getByLabel("Add a stock").fill("coca cola");
      await page.getByRole("button", { name: "Search" }).click();
      await page.getByRole("button", { name: "Add KO", exact: true }).click();
      assert.match(await row(page, "KO").locator(".price").innerText(), /^\d+\.\d\d/);
      await page.getByRole("button", { name: "Remove KO" }).click();
      await row(page, "KO").waitFor({ state: "detached" });
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByText("You are signed out.").waitFor();
      await page.goto(`${url}/watchlist`);
      assert.equal(new URL(page.url()).pathname, "/login");
    }, { javaScriptEnabled: false });
  });

  await t.step(
    "a wrong password and a bad registration are explained, and the typed values are kept",
    async () => {
      await inContext(browser, async (context) => {
        const page = await context.newPage();
        await page.goto(`${url}/login`);
        await page.getByLabel("Username").fill("user1");
        await page.getByLabel("Password").fill("not the one");
        await submit(page);
        await page.getByText("The username or the password is wrong.").waitFor();
        assert.equal(await page.getByLabel("Username").inputValue(), "user1");
        assert.equal(await page.getByLabel("Password").inputValue(), "");

        await page.goto(`${url}/register`);
        await page.getByLabel("Username").fill("user1");
        await page.getByLabel("Password").fill("a long enough one");
        await submit(page);
        await page.locator("#username-error").getByText("That username is taken.").waitFor();
      });
    },
  );

  await t.step(
    "a page opened with an expired access cookie refreshes the session by itself",
    async () => {
      await inContext(browser, async (context) => {
        await openSignedIn(context, { url });
        await context.clearCookies({ name: "qb_access" });
        const page = await context.newPage();
        await page.goto(`${url}/watchlist`);
        await row(page, "AAPL").waitFor();
        await badge(page, "live").waitFor();
      });
    },
  );

  await t.step("if the server refuses a change, the page undoes it and says so", async () => {
    await inContext(browser, async (context) => {
      const page = await openSignedIn(context, { url });
      await page.route("**/items/AAPL", (route) => route.fulfill({ status: 500 }));
      await page.getByRole("button", { name: "Remove AAPL" }).click();
      await page.getByRole("alert").getByText("AAPL").waitFor();
      await row(page, "AAPL").waitFor();
    });
  });

  await t.step("every page is accessible and violates none of its own security rules", async () => {
    await inContext(browser, async (context) => {
      const page = await openSignedIn(context, { url });
      for (const path of ["/watchlist", "/account", "/nowhere"]) {
        await assertAccessible(page, url + path);
      }
      await context.clearCookies();
      for (const path of ["/", "/login", "/register", "/reset"]) {
        await assertAccessible(page, url + path);
        assert.equal(await page.locator("script").count(), 0, `${path} ships no JavaScript`);
      }
    });
  });

  await browser.close();
  await server.stop();
  await Deno.remove(folder, { recursive: true });
});
