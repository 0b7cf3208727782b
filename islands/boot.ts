// Owns the start in the browser: finds the page's islands and brings them to life. The one file here that acts on import.

import { type ComponentType, h, hydrate } from "preact";
import { followMenus } from "./browser/menus.ts";

/** One line an island: its code is loaded only by pages that hold it. */
const islands: Record<string, (() => Promise<ComponentType<never>>) | undefined> = {
  Watchlist: async () => (await import("./roots/Watchlist.tsx")).Watchlist,
  Arrange: async () => (await import("./roots/Arrange.tsx")).Arrange,
  Search: async () => (await import("./roots/Search.tsx")).Search,
};

followMenus();
for (const host of document.querySelectorAll<HTMLElement>("[data-island]")) {
  if (host.dataset.load === "interaction") onInteraction(host, () => start(host));
  else start(host);
}

async function start(host: HTMLElement): Promise<void> {
  const load = islands[host.dataset.island ?? ""];
  if (!load) throw new Error(`No island is called "${host.dataset.island}"`);
  try {
    const component = await load();
    hydrate(h(component, propsOf(host)), host);
  } catch (error) {
    // The page stays as the server made it: its forms work. The style sheet tells that it is not live.
    host.dataset.failed = "";
    throw error;
  }
}

/** Our own server serialized them for this very component. */
function propsOf(host: HTMLElement): never {
  return JSON.parse(host.nextElementSibling?.textContent ?? "{}") as never;
}

function onInteraction(host: HTMLElement, act: () => void): void {
  if (host.contains(document.activeElement)) return act();
  const listening = new AbortController();
  for (const type of ["focusin", "pointerover", "touchstart"]) {
    host.addEventListener(type, () => {
      listening.abort();
      act();
    }, { signal: listening.signal, passive: true });
  }
}
