// Layout rules for every page at every width, with wide letters and with tall ones. In a real browser.

import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { register } from "../support/api_client.ts";
import { launchChromium } from "../support/chromium.ts";
import { fontFamilies } from "../support/fonts.ts";
import { inContext, openSignedIn } from "../support/page_steps.ts";
import { startServer } from "../support/server.ts";

const widths = [320, 360, 600, 720, 768, 1024, 1280];
const ownPages = ["/watchlist", "/watchlist/arrange", "/account", "/stocks/BRK.A"];
const openPages = ["/", "/login", "/register", "/reset", "/nowhere"];

for (const family of fontFamilies) {
  Deno.test(`no page scrolls sideways and no number is cut off: ${family}`, async () => {
    await using server = await startServer();
    const { url } = server;
    const browser = await launchChromium({ family });
    const user = await register(url, { tickers: ["AAPL", "BRK.B", "GOOGL"] });
    await inContext(browser, async (context) => {
      const page = await openSignedIn(context, { url, ...user });
      for (const path of ownPages) await assertFits(page, url + path);
      await context.clearCookies();
      for (const path of openPages) await assertFits(page, url + path);
    });
    await browser.close();
  });
}

async function assertFits(page: Page, address: string) {
  await page.goto(address);
  // The largest change on one day, which is the longest one that a list shows.
  await page.locator("td.percent").evaluateAll((cells) => {
    for (const cell of cells) cell.textContent = "+12.34%";
  });
  for (const width of widths) {
    await page.setViewportSize({ width, height: 700 });
    const faults = await page.evaluate(() => {
      const { scrollWidth } = document.documentElement;
      const cut = [...document.querySelectorAll("td.number")]
        .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
        .map(({ textContent }) => textContent);
      return scrollWidth > innerWidth ? [...cut, "the page itself"] : cut;
    });
    assert.deepEqual(faults, [], `${address} at ${width} px`);
  }
}
