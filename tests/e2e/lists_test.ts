// Several lists in a real browser: created, filled, renamed, moved, imported, exported and deleted, with and without JavaScript.

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import { register } from "../support/api_client.ts";
import { launchChromium } from "../support/chromium.ts";
import { fontFamilies } from "../support/fonts.ts";
import {
  assertAccessible,
  badge,
  inContext,
  openMenu,
  openSignedIn,
  priceMoves,
  row,
  searchAndAdd,
  tabs,
} from "../support/page_steps.ts";
import { startServer } from "../support/server.ts";

/** The bytes that load before the first interaction, gzip. */
const scriptBytesMax = 16_000;

Deno.test("several lists in a real browser", async (t) => {
  await using server = await startServer({ env: { POLL_INTERVAL_MS: "1000" } });
  const { url } = server;
  const browser = await launchChromium();
  const { username, password } = await register(url);

  await t.step(
    "a user creates a second list, adds to it, and watches its prices change",
    async () => {
      await inContext(browser, async (context) => {
        const page = await openSignedIn(context, { url, username, password });
        assert.equal(await tabs(page).count(), 0, "one list needs no tabs");
        await openMenu(page, "New list");
        await page.getByLabel("Name of the new list").fill("Chips");
        await page.getByRole("button", { name: "Create" }).click();
        await page.getByRole("heading", { name: "Chips" }).waitFor();
        await badge(page, "live").waitFor();
        await searchAndAdd(page, "nvidia");
        await row(page, "NVDA").waitFor();
        await priceMoves(page, "NVDA");
        await page.getByRole("button", { name: "Remove NVDA" }).waitFor();
        await page.getByRole("link", { name: "My watchlist" }).click();
        await page.getByText("Nothing here yet").waitFor();
      });
    },
  );

  await t.step(
    "another browser shows a stock that was added and the new name of its list",
    async () => {
      await inContext(browser, async (here) => {
        await inContext(browser, async (elsewhere) => {
          const [page, other] = [
            await openSignedIn(here, { url, username, password }),
            await openSignedIn(elsewhere, { url, username, password }),
          ];
          for (const each of [page, other]) {
            await each.getByRole("link", { name: "Chips" }).click();
            await badge(each, "live").waitFor();
          }
          await searchAndAdd(page, "amd");
          await row(other, "AMD").waitFor();
          await priceMoves(other, "AMD");
          await openMenu(page, "Edit list");
          await page.getByLabel("Name", { exact: true }).fill("Semiconductors");
          await page.getByRole("button", { name: "Rename" }).click();
          await other.getByRole("heading", { name: "Semiconductors" }).waitFor();
          assert.match(await other.title(), /^Semiconductors/);
        });
      });
    },
  );

  await t.step("a page keeps its list when another list becomes the first one", async () => {
    await inContext(browser, async (here) => {
      await inContext(browser, async (elsewhere) => {
        const page = await openSignedIn(here, { url, username, password });
        await searchAndAdd(page, "coca cola");
        await row(page, "KO").waitFor();
        const other = await openSignedIn(elsewhere, { url, username, password });
        await other.getByRole("link", { name: "Semiconductors" }).click();
        await openMenu(other, "Edit list");
        await other.getByRole("button", { name: "Move left" }).click();
        await other.getByRole("heading", { name: "Semiconductors" }).waitFor();
        assert.deepEqual(await tabs(other).allInnerTexts(), ["Semiconductors", "My watchlist"]);
        await priceMoves(page, "KO");
        await searchAndAdd(page, "pepsico");
        await row(page, "PEP").waitFor();
        assert.equal(await row(page, "NVDA").count(), 0);
        await page.goto(`${url}/watchlist`);
        await row(page, "NVDA").waitFor();
      });
    });
  });

  await t.step(
    "a list is exported to a file, and an imported file gets a result for each line",
    async () => {
      await inContext(browser, async (context) => {
        const page = await openSignedIn(context, { url, username, password });
        await openMenu(page, "Edit list");
        const coming = page.waitForEvent("download");
        await page.getByRole("link", { name: "TradingView" }).click();
        const download = await coming;
        assert.equal(download.suggestedFilename(), "Semiconductors.txt");
        assert.equal(await Deno.readTextFile(await download.path()), "NASDAQ:NVDA,NASDAQ:AMD");

        await openMenu(page, "Import stocks");
        await page.getByLabel("or a file").setInputFiles({
          name: "mine.csv",
          mimeType: "text/csv",
          buffer: Buffer.from("Symbol,Comment\nAMD,mine\nINTC,\nNOSUCH,\n"),
        });
        await page.getByRole("button", { name: "Import" }).click();
        await page.getByRole("heading", { name: "Imported: 1 stock added" }).waitFor();
        const outcomes = await page.locator(".report td:last-child").allInnerTexts();
        assert.deepEqual(outcomes, ["On the list already", "Added", "Not known here"]);
        await priceMoves(page, "INTC");
      });
    },
  );

  await t.step("if a list is deleted elsewhere, its page shows the first list", async () => {
    await inContext(browser, async (here) => {
      await inContext(browser, async (elsewhere) => {
        const [page, other] = [
          await openSignedIn(here, { url, username, password }),
          await openSignedIn(elsewhere, { url, username, password }),
        ];
        await row(other, "NVDA").waitFor();
        await badge(other, "live").waitFor();
        await openMenu(page, "Edit list");
        await openMenu(page, "Delete this list");
        await page.getByText("Delete “Semiconductors” with all that is on it?").waitFor();
        await page.getByRole("button", { name: "Yes, delete it" }).click();
        for (const each of [page, other]) {
          await each.getByRole("heading", { name: "My watchlist" }).waitFor();
          await priceMoves(each, "KO");
        }
      });
    });
  });

  await t.step("without JavaScript every form works", async () => {
    await inContext(browser, async (context) => {
      const page = await openSignedIn(context, { url, username, password });
      await openMenu(page, "New list");
      await page.getByLabel("Name of the new list").fill(" ");
      await page.getByRole("button", { name: "Create" }).click();
      await page.getByRole("alert").getByText("Give the list a name").waitFor();
      await page.getByLabel("Name of the new list").fill("Plain");
      await page.getByRole("button", { name: "Create" }).click();
      await page.getByRole("heading", { name: "Plain" }).waitFor();

      await page.getByLabel("Add a stock").fill("tesla");
      await page.getByRole("button", { name: "Search" }).click();
      await page.getByRole("button", { name: "Add TSLA", exact: true }).click();
      await page.getByRole("heading", { name: "Plain" }).waitFor();
      await row(page, "TSLA").waitFor();
      await openMenu(page, "Edit list");
      await openMenu(page, "Import stocks");
      await page.getByLabel("Tickers").fill("MSFT, TSLA");
      await page.getByRole("button", { name: "Import" }).click();
      await row(page, "MSFT").waitFor();
      await page.getByRole("button", { name: "Remove TSLA" }).click();
      await row(page, "TSLA").waitFor({ state: "detached" });
      await page.getByRole("heading", { name: "Plain" }).waitFor();
      await openMenu(page, "Edit list");
      await openMenu(page, "Delete this list");
      await page.getByRole("button", { name: "Yes, delete it" }).click();
      await row(page, "KO").waitFor();
      assert.equal(await tabs(page).count(), 0);
    }, { javaScriptEnabled: false });
  });

  for (const family of fontFamilies) {
    await t.step(
      `the page is accessible with its menus open on the narrowest phone, and light: ${family}`,
      async () => {
        const browser = await launchChromium({ family });
        const newcomer = await register(url);
        await inContext(browser, async (context) => {
          const page = await openSignedIn(context, { url, ...newcomer });
          await openMenu(page, "New list");
          const longName = "W".repeat(60);
          await page.getByLabel("Name of the new list").fill(longName);
          await page.getByRole("button", { name: "Create" }).click();
          await page.getByRole("heading", { name: longName }).waitFor();
          await page.setViewportSize({ width: 320, height: 700 });
          await assertAccessible(page, page.url(), async () => {
            await openMenu(page, "Edit list");
            await openMenu(page, "Import stocks");
            await openMenu(page, "Delete this list");
            assert.ok(
              await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
            );
          });

          await page.goto(`${url}/watchlist`, { waitUntil: "networkidle" });
          const loaded = await page.evaluate(() =>
            performance.getEntriesByType("resource").map(({ name }) => name)
          );
          const scripts = loaded.filter((name) => name.endsWith(".js"));
          const sizes = await Promise.all(scripts.map(async (address) => {
            return gzipSync(await (await fetch(address)).bytes()).length;
          }));
          const bytes = sizes.reduce((sum, size) => sum + size, 0);
          assert.ok(bytes > 10_000 && bytes < scriptBytesMax, `${bytes} bytes of script`);
        });
        await browser.close();
      },
    );
  }

  await browser.close();
});
