// Arranging a list's stocks in a real browser: by dragging, by keyboard, on a small touch screen, without JavaScript.

import assert from "node:assert/strict";
import type { BrowserContext, Page } from "playwright-core";
import { call, register } from "../support/api_client.ts";
import { launchChromium } from "../support/chromium.ts";
import {
  assertAccessible,
  badge,
  focused,
  inContext,
  openMenu,
  openSignedIn,
} from "../support/page_steps.ts";
import { startServer } from "../support/server.ts";

type User = Awaited<ReturnType<typeof register>>;

Deno.test("the order of a list in a real browser", async (t) => {
  await using server = await startServer();
  const { url } = server;
  const browser = await launchChromium();

  async function startList(tickers: readonly string[]) {
    const user = await register(url, { tickers });
    const savedOrder = async () =>
      (await call(`${url}/api/watchlist`, { token: user.accessToken })).body
        .map(({ ticker }: { ticker: string }) => ticker).join(" ");
    return { user, savedOrder };
  }

  async function openArrange(context: BrowserContext, user: User) {
    const page = await openSignedIn(context, { url, ...user });
    await page.goto(`${url}/watchlist/arrange`);
    // Wait for the script, because the buttons work in another way before it has loaded.
    await page.waitForLoadState("networkidle");
    return page;
  }

  await t.step("a stock is moved by keyboard, and the list has its new order", async () => {
    const { user, savedOrder } = await startList(["AAPL", "KO", "MSFT"]);
    await inContext(browser, async (context) => {
      const page = await openSignedIn(context, { url, ...user });
      await badge(page, "live").waitFor();
      await openMenu(page, "Edit list");
      await page.getByRole("link", { name: "Change their order" }).click();
      await assertAccessible(page, page.url());
      const saved = savesOf(page);
      await page.getByRole("button", { name: "Move MSFT up" }).focus();
      await page.keyboard.press("Enter");
      await page.getByText("MSFT is 2 of 3.").waitFor();
      assert.equal(await focused(page), "Move MSFT up", "the next press moves it on");
      await page.keyboard.press("Enter");
      await page.getByText("MSFT is 1 of 3.").waitFor();
      await page.keyboard.press("Enter");
      await saved("MSFT AAPL KO");
      assert.equal(await shown(page), "MSFT AAPL KO");
      assert.equal(await savedOrder(), "MSFT AAPL KO");
      await page.getByRole("link", { name: "Done" }).click();
      const rows = page.locator("tr[data-ticker] th");
      assert.deepEqual(await rows.allInnerTexts(), ["MSFT", "AAPL", "KO"]);
    });
  });

  await t.step("no move is lost if the user leaves the page at once", async () => {
    const { user } = await startList(["AAPL", "KO", "MSFT", "T"]);
    await inContext(browser, async (context) => {
      const page = await openArrange(context, user);
      const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
      await page.route("**/order", async (route) => {
        await answered;
        await route.continue();
      });
      for (const place of [3, 2, 1]) {
        await page.getByRole("button", { name: "Move T up" }).click();
        await page.getByText(`T is ${place} of 4.`).waitFor();
      }
      await page.getByRole("link", { name: "Done" }).click();
      answer();
      await page.waitForURL("**/watchlist?list=*");
      const rows = page.locator("tr[data-ticker] th");
      assert.deepEqual(await rows.allInnerTexts(), ["T", "AAPL", "KO", "MSFT"]);
    });
  });

  await t.step(
    "a stock is dragged to its place, and the order is saved once, at the drop",
    async () => {
      const { user, savedOrder } = await startList(["AAPL", "KO", "MSFT", "T"]);
      await inContext(browser, async (context) => {
        const page = await openArrange(context, user);
        const saved = savesOf(page);
        const middleOf = async (ticker: string) => {
          const box = await page.locator(`li[id="${ticker}"] .grip`).boundingBox();
          return [box!.x + box!.width / 2, box!.y + box!.height / 2] as const;
        };
        await page.mouse.move(...await middleOf("T"));
        await page.mouse.down();
        await page.mouse.move(...await middleOf("MSFT"), { steps: 5 });
        await page.mouse.move(...await middleOf("AAPL"), { steps: 5 });
        assert.equal(await shown(page), "T AAPL KO MSFT");
        assert.equal(await savedOrder(), "AAPL KO MSFT T");
        await page.mouse.up();
        await saved("T AAPL KO MSFT");
        assert.equal(await savedOrder(), "T AAPL KO MSFT");
      });
    },
  );

  await t.step(
    "a change from elsewhere is not undone, and the page says that the list has changed",
    async () => {
      const { user, savedOrder } = await startList(["AAPL", "KO"]);
      await inContext(browser, async (context) => {
        const page = await openArrange(context, user);
        await call(`${url}/api/watchlist`, { json: { ticker: "MSFT" }, token: user.accessToken });
        await page.getByRole("button", { name: "Move KO up" }).click();
        await page.getByRole("alert").getByText("changed elsewhere meanwhile").waitFor();
        assert.equal(await savedOrder(), "AAPL KO MSFT");
        await page.reload();
        assert.equal(await shown(page), "AAPL KO MSFT");
      });
    },
  );

  await t.step(
    "it works without JavaScript, also for a list with one stock or no stock",
    async () => {
      const { user, savedOrder } = await startList(["AAPL", "KO", "MSFT"]);
      await inContext(browser, async (context) => {
        const page = await openArrange(context, user);
        await page.getByRole("button", { name: "Move MSFT to the top" }).click();
        await page.waitForURL("**#MSFT");
        await page.getByRole("button", { name: "Move AAPL down" }).click();
        await page.waitForURL("**#AAPL");
        assert.equal(await shown(page), "MSFT KO AAPL");
        assert.equal(await savedOrder(), "MSFT KO AAPL");
      }, { javaScriptEnabled: false });
      const { user: newcomer } = await startList([]);
      await inContext(browser, async (context) => {
        const page = await openArrange(context, newcomer);
        await page.getByText("There are no stocks on this list yet.").waitFor();
      }, { javaScriptEnabled: false });
    },
  );

  await t.step(
    "an invalid move is refused with the page, from any sender",
    async () => {
      const { user } = await startList(["AAPL"]);
      await inContext(browser, async (context) => {
        const page = await openSignedIn(context, { url, ...user });
        for (
          const [place, status] of [
            ["AAPL", 400],
            ["AAPL -1", 400],
            ["AAPL ", 400],
            ["KO 0", 404],
            ["", 400],
          ] as const
        ) {
          const answer = await page.request.post(`${url}/watchlist/arrange`, {
            form: { place },
            headers: { origin: url },
          });
          assert.equal(answer.status(), status, place);
          assert.match(await answer.text(), /role="alert"/);
        }
      });
    },
  );

  await browser.close();
});

async function shown(page: Page): Promise<string> {
  return (await page.locator(".arrange b").allInnerTexts()).join(" ");
}

/** Resolves when this order has been saved. Call it before that happens. */
function savesOf(page: Page): (order: string) => Promise<void> {
  const orders: string[] = [];
  let wake = () => {};
  page.on("response", (response) => {
    if (!response.url().endsWith("/order") || !response.ok()) return;
    orders.push(JSON.parse(response.request().postData() ?? "{}").tickers.join(" "));
    wake();
  });
  return async (order) => {
    while (orders.at(-1) !== order) await new Promise<void>((resolve) => wake = resolve);
  };
}
