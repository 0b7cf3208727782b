// Owns the start in the browser: finds the islands of the page and hydrates them. The only file here that acts on import.

import { type ComponentType, h, hydrate } from "preact";
import { closeMenus } from "./browser/menus.ts";

closeMenus();
for (const host of document.querySelectorAll<HTMLElement>("[data-island]")) {
  if (host.dataset.load === "interaction") onInteraction(host, () => start(host));
  else start(host);
}

async function start(host: HTMLElement): Promise<void> {
  try {
    const component = await componentOf(host);
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

/** The build makes one module of each file in roots/. A page loads the modules of its own islands. */
async function componentOf({ dataset: { island = "" } }: HTMLElement) {
  const module: Record<string, ComponentType<never>> = await import(`./roots/${island}.tsx`);
  const component = module[island];
  if (!component) throw new Error(`No island is called "${island}"`);
  return component;
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
