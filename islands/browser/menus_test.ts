import assert from "node:assert/strict";
import { openPage, type TestPage } from "../page_fixtures.ts";
import { closeMenus } from "./menus.ts";

const html = `
  <details class="menu" open><summary>New list</summary><input id="name"></details>
  <button id="elsewhere">Elsewhere</button>`;

function openMenu(): TestPage {
  const page = openPage(html);
  closeMenus();
  return page;
}

function isOpen(page: TestPage): boolean {
  return page.find<HTMLDetailsElement>(".menu").open;
}

Deno.test("Escape closes the menu and puts the focus on what opened it", async () => {
  await using page = openMenu();
  page.find("#name").focus();
  await page.key("a");
  assert.ok(isOpen(page));
  await page.key("Escape");
  assert.ok(!isOpen(page));
  assert.equal(document.activeElement?.textContent, "New list");
  page.find("#elsewhere").focus();
  await page.key("Escape");
  assert.equal(document.activeElement?.id, "elsewhere", "a closed menu takes no focus");
});

for (const type of ["focusin", "pointerdown"]) {
  Deno.test(`${type} elsewhere closes the menu, inside it does not`, async () => {
    await using page = openMenu();
    await page.dispatch(page.find("#name"), new Event(type, { bubbles: true }));
    assert.ok(isOpen(page));
    await page.dispatch(page.find("#elsewhere"), new Event(type, { bubbles: true }));
    assert.ok(!isOpen(page));
  });
}
