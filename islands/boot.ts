// Owns the start in the browser: finds the islands of the page and hydrates them.

import { type ComponentType, h, hydrate } from "preact";
// Each island uses it. Imported here too, it is built into one file with Preact, which is smaller than two.
import "@preact/signals";
import { closeMenus } from "./browser/menus.ts";

/** By name. Each loads its module, which exports the component under the same name. */
export type Islands = Readonly<Record<string, (() => Promise<IslandModule>) | undefined>>;
type IslandModule = Readonly<Record<string, ComponentType<never>>>;

/** The build calls this with one loader for each file of roots/. */
export function boot(islands: Islands): void {
  closeMenus();
  for (const host of document.querySelectorAll<HTMLElement>("[data-island]")) {
    if (host.dataset.load === "interaction") onInteraction(host, () => start(host, islands));
    else start(host, islands);
  }
}

async function start(host: HTMLElement, islands: Islands): Promise<void> {
  let rendered: string | undefined;
  try {
    const { island = "" } = host.dataset;
    const component = (await islands[island]?.())?.[island];
    if (!component) throw new Error(`No island "${island}"`);
    rendered = host.innerHTML;
    hydrate(h(component, propsOf(host)), host);
  } catch (error) {
    // Preact empties the host of a component that throws: what the server rendered is put back, and its forms work.
    if (rendered) host.innerHTML = rendered;
    // The style sheet shows that the page is not live.
    host.dataset.failed = "";
    throw error;
  }
}

/** The server serialized them from the props of the same component. */
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
