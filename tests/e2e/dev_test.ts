// Tests `deno task dev` on a copy of the tree, with a real browser: edits show by themselves, errors are reported, no process remains.

import assert from "node:assert/strict";
import type { BrowserContext, Page } from "playwright-core";
import { launchChromium } from "../support/chromium.ts";
import { type DevRun, startDev } from "../support/dev.ts";
import { inContext, openSignedIn, row, searchAndAdd } from "../support/page_steps.ts";

Deno.test("deno task dev", async (t) => {
  await using dev = await startDev();
  const browser = await launchChromium();

  await inContext(browser, async (context) => {
    const page = await openSignedIn(context, { url: dev.url });
    await page.setViewportSize({ width: 360, height: 300 });

    await t.step("an island's new text appears in the open page by itself", async () => {
      await page.getByText("Nothing here yet").waitFor();
      await dev.edit("islands", ["Nothing here yet", "Nothing at all"]);
      await page.getByText("Nothing at all").waitFor();
      await dev.edit("islands", ["Nothing at all", "Nothing here yet"]);
      await page.getByText("Nothing here yet").waitFor();
    });

    await t.step("the list, the sign-in and the scroll position are kept", async () => {
      for (const ticker of ["AAPL", "NVDA", "AMD"]) {
        await searchAndAdd(page, ticker.toLowerCase());
        await row(page, ticker).waitFor();
      }
      await page.evaluate(() => scrollTo(0, 120));
      await dev.edit("lib/render/page.tsx", [">API<", ">The API<"]);
      await page.getByText("The API").waitFor();
      await row(page, "NVDA").waitFor();
      await page.waitForFunction(() => scrollY === 120);
    });

    await t.step("a changed style appears by itself", async () => {
      await dev.append("static/styles.css", "\nfooter { outline: 3px solid rgb(1, 2, 3); }\n");
      await page.waitForFunction(() => {
        const footer = document.querySelector("footer");
        return footer && getComputedStyle(footer).outlineColor === "rgb(1, 2, 3)";
      });
    });

    await t.step("hidden pages hold no connection, and reload when they are shown", async () => {
      const pages: Page[] = [];
      // One page more than the number of connections that a browser opens to one host.
      for (let i = 0; i < 7; i++) pages.push(await openHidden(context, `${dev.url}/login`));
      await dev.edit("lib/render/page.tsx", [">The API<", ">An API<"]);
      await page.getByText("An API").waitFor();
      assert.equal(await pages[0]!.getByText("An API").count(), 0);
      await show(pages[0]!);
      await pages[0]!.getByText("An API").waitFor();
      await dev.edit("lib/render/page.tsx", [">An API<", ">The API<"]);
      await page.getByText("The API").waitFor();
      for (const hidden of pages) await hidden.close();
    });

    await t.step(
      "a syntax error is reported with its place, and the last working service keeps running",
      async () => {
        await dev.edit("lib/render/page.tsx", [">The API<", ">{The API<"]);
        await dev.says(/lib\/render\/page\.tsx:\d+:\d+: ERROR/);
        await dev.says(/last good service keeps running/);
        assert.equal((await fetch(`${dev.url}/readyz`)).status, 200);
        await dev.edit("lib/render/page.tsx", [">{The API<", ">Our API<"]);
        await page.getByText("Our API").waitFor();
      },
    );

    await t.step(
      "a service that fails at its start runs again when the code is corrected",
      async () => {
        await dev.append("lib/quote.ts", `\nthrow new Error("of this test");\n`);
        await dev.says(/of this test/);
        await dev.says(/The service ended/);
        await dev.edit("lib/quote.ts", [`throw new Error("of this test");`, ""]);
        await dev.edit("lib/render/page.tsx", [">Our API<", ">API<"]);
        await page.getByText("API", { exact: true }).waitFor();
      },
    );
  });
  await browser.close();

  await t.step("Ctrl+C ends all processes", () => endsWithNoProcessLeft(dev));
});

/** Each process of the task holds its output open, so the output ends when the last process ends. */
async function endsWithNoProcessLeft(dev: DevRun) {
  await dev.interrupt();
  await assert.rejects(fetch(`${dev.url}/readyz`));
}

/** Without a screen, a browser treats all pages as visible. This page reports that it is hidden until `show` is called. */
async function openHidden(context: BrowserContext, address: string): Promise<Page> {
  const page = await context.newPage();
  await page.addInitScript(() => {
    Object.defineProperty(document, "hidden", { value: true, configurable: true });
  });
  await page.goto(address);
  return page;
}

async function show(page: Page) {
  await page.evaluate(() => {
    Object.defineProperty(document, "hidden", { value: false });
    document.dispatchEvent(new Event("visibilitychange"));
  });
}
