// What the page says, and where the focus is, after something has failed. In a real browser.

import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { register } from "../support/api_client.ts";
import { launchChromium } from "../support/chromium.ts";
import { fontFamilies } from "../support/fonts.ts";
import {
  badge,
  focused,
  fontsOf,
  inContext,
  openSignedIn,
  row,
  submit,
} from "../support/page_steps.ts";
import { startServer } from "../support/server.ts";

Deno.test("failures in a real browser", async (t) => {
  await using server = await startServer({ env: { SOCKETS_PER_USER: "1" } });
  const { url } = server;
  const browser = await launchChromium();

  async function userWith(tickers: string[]) {
    return { url, ...await register(url, { tickers }) };
  }

  await t.step(
    "a failed change is reported where the user looks, and does not contradict the page",
    async () => {
      const tickers = ["AAPL", "MSFT", "NVDA", "TSLA", "AMZN", "KO", "PEP", "V", "MA", "JPM"];
      const user = await userWith(tickers);
      await inContext(browser, async (context) => {
        const page = await openSignedIn(context, user);
        await page.setViewportSize({ width: 360, height: 500 });
        await badge(page, "live").waitFor();
        await page.route("**/items/*", (route) => route.fulfill({ status: 500 }));
        await page.getByRole("button", { name: "Remove MA" }).click();
        const alert = page.getByRole("alert").getByText("MA was not removed.");
        await alert.waitFor();
        assert.ok(await page.evaluate(() => scrollY > 100), "the user has scrolled down");
        const box = await alert.boundingBox();
        assert.ok(box && box.y >= 0 && box.y < 500, "the message is visible");
        assert.equal(await page.locator(".status-text").innerText(), "");
        await page.getByRole("button", { name: "Dismiss" }).focus();
        await page.keyboard.press("Enter");
        await alert.waitFor({ state: "detached" });
        assert.equal(await focused(page), "list-name");
      });
    },
  );

  await t.step("the focus is not lost when the pressed button disappears", async () => {
    await inContext(browser, async (context) => {
      const page = await openSignedIn(context, await userWith([]));
      await badge(page, "live").waitFor();
      await page.getByRole("button", { name: "Add AAPL, Apple Inc." }).focus();
      await page.keyboard.press("Enter");
      await row(page, "AAPL").waitFor();
      assert.equal(await focused(page), "list-name");
      await page.getByRole("button", { name: "Remove AAPL" }).focus();
      await page.keyboard.press("Enter");
      await row(page, "AAPL").waitFor({ state: "detached" });
      assert.equal(await focused(page), "list-name");

      const second = await context.newPage();
      await second.goto(`${url}/watchlist`);
      await badge(page, "limit").waitFor();
      await page.getByRole("button", { name: "Connect here" }).focus();
      await page.keyboard.press("Enter");
      await badge(page, "live").waitFor();
      assert.equal(await focused(page), "list-name");
    });
  });

  await t.step("a user who was signed out in another tab sees a message", async () => {
    await inContext(browser, async (context) => {
      const page = await openSignedIn(context, await userWith(["KO"]));
      await badge(page, "live").waitFor();
      const second = await context.newPage();
      await second.goto(`${url}/account`);
      await second.getByRole("button", { name: "Sign out", exact: true }).first().click();
      await page.waitForURL("**/login?*");
      await page.getByRole("status").getByText("You are signed out.").waitFor();
    });
  });

  await t.step("a form with an error returns with the focus on the field", async () => {
    await inContext(browser, async (context) => {
      const page = await context.newPage();
      await page.goto(`${url}/register`);
      await page.getByLabel("Username").fill("someone_new");
      await page.getByLabel("Password").fill("password1");
      await submit(page);
      await page.locator("#password-error").waitFor();
      assert.equal(await focused(page), "password");
    });
  });

  for (const family of fontFamilies) {
    await t.step(
      `no words about the list are cut off on a phone, no age beside a price: ${family}`,
      async () => {
        const browser = await launchChromium({ family });
        await inContext(browser, async (context) => {
          const page = await openSignedIn(context, await userWith(["AAPL"]));
          await page.setViewportSize({ width: 360, height: 700 });
          await badge(page, "live").waitFor();
          // On other systems fontconfig does not choose the fonts.
          if (Deno.build.os === "linux") assert.deepEqual(await fontsOf(page, "h1"), [family]);
          await page.getByRole("combobox").fill("aapl");
          await page.getByRole("option").first().waitFor();
          await page.keyboard.press("Enter");
          await page.getByText("AAPL is on your list already.").waitFor();
          assert.deepEqual(await cutOff(page, ".status-text"), []);

          const age = row(page, "AAPL").locator(".age");
          await age.evaluate((cell) => cell.textContent = "closed, 59 min ago");
          for (const width of [360, 720, 768, 1280]) {
            await page.setViewportSize({ width, height: 700 });
            assert.deepEqual(await cutOff(page, "td.age"), [], `${width} px`);
          }
        });
        await browser.close();
      },
    );
  }

  await browser.close();
});

/** The texts of elements whose content is larger than the element. */
function cutOff(page: Page, selector: string): Promise<string[]> {
  return page.locator(selector).evaluateAll((elements) =>
    elements
      .filter(({ scrollWidth, clientWidth, scrollHeight, clientHeight }) =>
        scrollWidth > clientWidth || scrollHeight > clientHeight
      )
      .map(({ textContent }) => textContent ?? "")
  );
}
