// The page of one stock in a real browser: live, accessible, in both themes, on a narrow phone, without a shift of the layout.

import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { register } from "../support/api_client.ts";
import { launchChromium } from "../support/chromium.ts";
import { assertAccessible, inContext, openSignedIn, row, submit } from "../support/page_steps.ts";
import { startServer } from "../support/server.ts";

Deno.test("the page of one stock in a real browser", async (t) => {
  await using server = await startServer();
  const { url } = server;
  const browser = await launchChromium();
  const user = await register(url, { tickers: ["AAPL", "BRK.A", "MSFT"] });

  await t.step("a stranger's page is live: number, title and line move", async () => {
    await inContext(browser, async (context) => {
      const page = await context.newPage();
      await page.goto(`${url}/stocks/AAPL`);
      await page.locator("[data-part=price]").getByText(/^\d/).waitFor();
      await page.getByText("fresh", { exact: true }).waitFor();
      const before = await seen(page);
      await page.waitForFunction((before) => {
        const line = document.querySelector("svg .line");
        return document.title !== before.title && line?.getAttribute("d") !== before.line;
      }, before);
      const { title, price } = await seen(page);
      assert.ok(title.startsWith(`${price} `) && title.endsWith("% AAPL · Quoteboard"), title);
    });
  });

  await t.step("a row of the list leads to its stock, and from there to the next one", async () => {
    await inContext(browser, async (context) => {
      const page = await openSignedIn(context, { url, ...user });
      await page.locator(".badge[data-status=live]").waitFor();
      // Drawn by the server; the script that brought the row to life has left it.
      await page.goto(`${url}/watchlist`);
      await page.locator(".badge[data-status=live]").waitFor();
      assert.match(
        await row(page, "AAPL").locator("[data-part=spark] path").getAttribute("d") ?? "",
        /^m0 /,
      );
      await row(page, "AAPL").getByRole("link", { name: "AAPL" }).click();
      await page.getByRole("heading", { name: "AAPL Apple Inc." }).waitFor();
      await page.getByRole("link", { name: "Next on the list: BRK.A" }).click();
      await page.getByRole("heading", { name: /^BRK\.A/ }).waitFor();
      await page.getByRole("button", { name: "Remove BRK.A from My watchlist" }).click();
      await page.getByRole("button", { name: "Add to My watchlist" }).click();
      await page.getByRole("button", { name: "Remove BRK.A from My watchlist" }).waitFor();
    });
  });

  await t.step("a stranger's star leads to the registration, and comes back", async () => {
    await inContext(browser, async (context) => {
      const page = await context.newPage();
      await page.goto(`${url}/stocks/nvda`);
      assert.equal(page.url(), `${url}/stocks/NVDA`);
      await page.getByRole("link", { name: "Add to a watchlist" }).click();
      await page.getByLabel("Username").fill("starred");
      await page.getByLabel("Password").fill("correct horse battery");
      await submit(page);
      await page.getByRole("button", { name: "Remove NVDA from My watchlist" }).waitFor();
      assert.equal(page.url(), `${url}/stocks/NVDA`);
    }, { javaScriptEnabled: false });
  });

  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [360, 1280]) {
      await t.step(
        `accessible, fits, and nothing shifts: ${colorScheme}, ${width} px`,
        async () => {
          await inContext(browser, async (context) => {
            const page = await openSignedIn(context, { url, ...user });
            await page.setViewportSize({ width, height: 800 });
            await page.addInitScript(() => {
              const counted = globalThis as typeof globalThis & { shift?: number };
              counted.shift = 0;
              new PerformanceObserver((list) => {
                for (const entry of list.getEntries() as (PerformanceEntry & { value: number })[]) {
                  counted.shift! += entry.value;
                }
              }).observe({ type: "layout-shift", buffered: true });
            });
            for (const path of ["/stocks/AAPL", "/stocks/BRK.A", "/stocks/APPL"]) {
              await assertAccessible(page, url + path, async () => {
                if (path === "/stocks/APPL") return;
                const { title } = await seen(page);
                await page.waitForFunction((title) => document.title !== title, title);
              });
              const { scrollWidth, shift } = await page.evaluate(() => ({
                scrollWidth: document.documentElement.scrollWidth,
                shift: (globalThis as typeof globalThis & { shift?: number }).shift,
              }));
              assert.ok(scrollWidth <= width, `${path} is ${scrollWidth} px wide`);
              assert.equal(shift, 0, path);
            }
          }, { colorScheme });
        },
      );
    }
  }

  await browser.close();
});

function seen(page: Page) {
  return page.evaluate(() => ({
    title: document.title,
    price: document.querySelector("[data-part=price]")?.textContent ?? "",
    line: document.querySelector("svg .line")?.getAttribute("d") ?? "",
  }));
}
