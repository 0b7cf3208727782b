// Owns the common steps of the browser tests: sign in, search and add, wait for prices, check for faults.

import assert from "node:assert/strict";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, BrowserContext, Page } from "playwright-core";

/** Enough for two ticks and a reconnect on a slow machine. */
const patienceMs = 30_000;

/** Opens a separate browser context. An error of a script or a violation of the security policy fails the test. */
export async function inContext(
  browser: Browser,
  work: (context: BrowserContext) => Promise<void>,
  options: { javaScriptEnabled?: boolean; colorScheme?: "light" | "dark" } = {},
) {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(patienceMs);
  const faults: string[] = [];
  context.on("weberror", (error) => faults.push(String(error.error())));
  context.on("console", (message) => {
    if (/Content Security Policy/i.test(message.text())) faults.push(message.text());
  });
  await work(context);
  await context.close();
  assert.deepEqual(faults, []);
}

export async function openSignedIn(
  context: BrowserContext,
  { url, username = "user1", password = "watchlist" }: {
    url: string;
    username?: string;
    password?: string;
  },
): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${url}/login`);
  await page.getByLabel("Username").fill(username);
  await page.getByLabel("Password").fill(password);
  await submit(page);
  await page.waitForURL("**/watchlist");
  return page;
}

export async function submit(page: Page) {
  await page.locator("main button[type=submit]").click();
}

/**
 * Uses the keyboard alone: fills the field, moves down to the first option, selects it. Enters the text at once: on a slow
 * machine, options for the first letters could appear between two letters, and Enter would then search again.
 */
export async function searchAndAdd(page: Page, query: string) {
  const box = page.getByRole("combobox");
  await box.focus();
  await page.keyboard.insertText(query);
  await page.getByRole("option").first().waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
}

export function row(page: Page, ticker: string) {
  return page.locator(`tr[data-ticker="${ticker}"]`);
}

export function badge(page: Page, status: string) {
  return page.locator(`.badge[data-status=${status}]`);
}

export function tabs(page: Page) {
  return page.getByRole("navigation", { name: "Your lists" }).getByRole("link");
}

export async function openMenu(page: Page, name: string) {
  await page.locator("summary", { hasText: name }).click();
}

/** The focused element, as a user would name it. */
export function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    return element?.getAttribute("aria-label") || element?.id || element?.textContent || "";
  });
}

/** The families that the browser chose for an element's letters. */
export async function fontsOf(page: Page, selector: string): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  await session.send("DOM.enable");
  await session.send("CSS.enable");
  const { root } = await session.send("DOM.getDocument");
  const { nodeId } = await session.send("DOM.querySelector", { nodeId: root.nodeId, selector });
  const { fonts } = await session.send("CSS.getPlatformFontsForNode", { nodeId });
  await session.detach();
  return fonts.map(({ familyName }) => familyName);
}

export async function priceMoves(page: Page, ticker: string) {
  const price = row(page, ticker).locator(".price");
  await price.getByText(/^\d/).waitFor();
  const before = await price.innerText();
  await page.waitForFunction(
    ([ticker, before]) => {
      const cell = document.querySelector<HTMLElement>(`tr[data-ticker="${ticker}"] .price`);
      return cell !== null && cell.innerText !== before;
    },
    [ticker, before],
  );
}

export async function assertAccessible(
  page: Page,
  address: string,
  prepare: () => Promise<void> = () => Promise.resolve(),
) {
  await page.goto(address);
  await prepare();
  const { violations } = await new AxeBuilder({ page }).analyze();
  assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`), [], address);
}
