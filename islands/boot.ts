// Owns the start in the browser: finds the page's islands and brings them to life. The one file here that acts on import.

import { type ComponentType, h, hydrate } from "preact";
import { followMenus } from "./browser/menus.ts";

followMenus();
for (const host of document.querySelectorAll<HTMLElement>("[data-island]")) {
  if (host.dataset.load === "interaction") onInteraction(host, () => start(host));
  else start(host);
}

async function start(host: HTMLElement): Promise<void> {
  try {
    hydrate(h(await componentOf(host), propsOf(host)), host);
  } catch (error) {
    // The page stays as the server made it: its forms work. The style sheet tells that it is not live.
    host.dataset.failed = "";
    throw error;
  }
}

/** The build makes one module of each file in roots/; a page loads those that it holds. */
async function componentOf({ dataset: { island = "" } }: HTMLElement) {
  const module: Record<string, ComponentType<never>> = await import(`./roots/${island}.tsx`);
  const component = module[island];
  if (!component) throw new Error(`No island is called "${island}"`);
  return component;
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
