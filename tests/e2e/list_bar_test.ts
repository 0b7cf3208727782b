// The bar of lists in a real browser: tabs that follow changes from other devices, and menus that close.

import assert from "node:assert/strict";
import { call, register } from "../support/api_client.ts";
import { launchChromium } from "../support/chromium.ts";
import { badge, focused, inContext, openMenu, openSignedIn, tabs } from "../support/page_steps.ts";
import { startServer } from "../support/server.ts";

Deno.test("the bar of lists in a real browser", async (t) => {
  await using server = await startServer();
  const { url } = server;
  const browser = await launchChromium();

  await t.step("lists created, renamed, moved and deleted elsewhere show in the tabs", async () => {
    const user = await register(url);
    const token = user.accessToken;
    const lists = `${url}/api/watchlists`;
    await inContext(browser, async (context) => {
      await context.clock.install();
      const page = await openSignedIn(context, { url, ...user });
      await badge(page, "live").waitFor();
      assert.equal(await tabs(page).count(), 0);
      const renewals: string[] = [];
      page.on("request", (request) => {
        if (request.url().includes("/watchlist?list=")) renewals.push(request.url());
      });

      const { body: { id } } = await call(lists, { json: { name: "Chips" }, token });
      await tabs(page).getByText("Chips").waitFor();
      await page.locator("summary", { hasText: "Edit list" }).focus();
      await call(`${lists}/${id}`, { method: "PATCH", json: { name: "Cars" }, token });
      await tabs(page).getByText("Cars").waitFor();
      await call(`${lists}/${id}`, { method: "PATCH", json: { position: 0 }, token });
      await page.locator(".tabs a:first-child", { hasText: "Cars" }).waitFor();
      assert.equal(await page.locator(".tabs [aria-current]").innerText(), "My watchlist");
      assert.equal(await focused(page), "Edit list", "the focus did not move");
      await openMenu(page, "Edit list");
      await page.getByText("Place 2 of 2").waitFor();

      await call(`${lists}/${id}`, { method: "DELETE", token });
      await call(`${url}/api/watchlist`, { json: { ticker: "KO" }, token });
      await page.locator("tr[data-ticker=KO]").waitFor();
      await page.clock.fastForward(1_000);
      assert.equal(renewals.length, 3, "nothing moves while a menu is open");
      await page.keyboard.press("Escape");
      await tabs(page).first().waitFor({ state: "detached" });
      await page.getByRole("heading", { name: "My watchlist" }).waitFor();
      assert.equal(renewals.length, 4, "one request for each change");
    });
  });

  await t.step("after a lost connection the tabs show the present lists", async () => {
    const user = await register(url);
    const token = user.accessToken;
    await inContext(browser, async (context) => {
      const page = await openSignedIn(context, { url, ...user });
      await badge(page, "live").waitFor();
      await page.evaluate(() => dispatchEvent(new Event("pagehide")));
      await call(`${url}/api/watchlists`, { json: { name: "Meanwhile" }, token });
      await page.evaluate(() => dispatchEvent(new Event("online")));
      await tabs(page).getByText("Meanwhile").waitFor();
    });
  });

  await t.step("a bar whose update failed is updated at the next change", async () => {
    const user = await register(url);
    const [lists, token] = [`${url}/api/watchlists`, user.accessToken];
    await inContext(browser, async (context) => {
      const page = await openSignedIn(context, { url, ...user });
      await badge(page, "live").waitFor();
      await page.route("**/watchlist?list=*", (route) => route.abort(), { times: 1 });
      const failed = page.waitForEvent("requestfailed");
      const { body: { id } } = await call(lists, { json: { name: "Chips" }, token });
      await failed;
      assert.equal(await tabs(page).count(), 0);
      await call(`${lists}/${id}`, { method: "PATCH", json: { name: "Cars" }, token });
      await tabs(page).getByText("Cars").waitFor();
    });
  });

  await t.step(
    "a menu closes by Escape, by a press outside, and when the focus moves outside",
    async () => {
      const user = await register(url);
      await inContext(browser, async (context) => {
        const page = await openSignedIn(context, { url, ...user });
        const open = page.locator(".menu[open] > summary");
        await badge(page, "live").waitFor();

        await openMenu(page, "New list");
        await page.getByLabel("Name of the new list").fill("Half a na");
        await page.keyboard.press("Escape");
        await open.waitFor({ state: "detached" });
        assert.equal(await focused(page), "New list");

        await page.keyboard.press("Enter");
        const typed = await page.getByLabel("Name of the new list").inputValue();
        assert.equal(typed, "Half a na", "the typed text is kept");
        await openMenu(page, "Edit list");
        assert.deepEqual(await open.allInnerTexts(), ["Edit list"]);
        await page.getByText("Place").or(page.getByText("Download")).first().click();
        assert.equal(await open.count(), 1, "a press inside closes nothing");
        await page.getByRole("heading", { name: "My watchlist" }).click({ force: true });
        await open.waitFor({ state: "detached" });

        await openMenu(page, "New list");
        await page.getByRole("combobox").focus();
        await open.waitFor({ state: "detached" });
      });
    },
  );

  await browser.close();
});
