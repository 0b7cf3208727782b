// Owns the start in the browser: finds the islands of the page and hydrates them.

import { type ComponentType, h, hydrate } from "preact";
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
  try {
    const { island = "" } = host.dataset;
    const component = (await islands[island]?.())?.[island];
    if (!component) throw new Error(`No island is called "${island}"`);
    bringToLife(host, component);
  } catch (error) {
    // The page stays as the server rendered it, and its forms work. The style sheet shows that it is not live.
    host.dataset.failed = "";
    throw error;
  }
}

/** Preact empties the host of a component that throws: this puts back what the server rendered. */
function bringToLife(host: HTMLElement, component: ComponentType<never>): void {
  const rendered = host.innerHTML;
  try {
    hydrate(h(component, propsOf(host)), host);
  } catch (error) {
    host.innerHTML = rendered;
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
