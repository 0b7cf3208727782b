// Owns updating the bar of lists: the page fetches itself and takes the bar that the server renders. Loaded at the first update.

/** A page whose own form changed the lists navigates before this pause ends, and needs no update. */
const pauseMs = 500;
const requestTimeoutMs = 10_000;

/** The newest lists that the bar was not compared with yet. */
let pending: string | undefined;
let update: Promise<void> | undefined;

/** `lists`: JSON, in the form of the bar's `data-lists`. One update runs at a time. */
export function updateListBar(listId: string, lists: string): Promise<void> {
  pending = lists;
  return update ??= updateUntilCurrent(listId).finally(() => update = undefined);
}

async function updateUntilCurrent(listId: string): Promise<void> {
  while (pending !== undefined) {
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    await menusClosed();
    const lists = pending;
    pending = undefined;
    const bar = barOf(document);
    if (bar && bar.dataset.lists !== lists) await replace(bar, listId);
  }
}

/** The bar is not replaced while the user has one of its menus open. */
async function menusClosed(): Promise<void> {
  const bar = barOf(document);
  while (bar?.querySelector("[open]")) {
    await new Promise((resolve) => {
      bar.addEventListener("toggle", resolve, { once: true, capture: true });
    });
  }
}

async function replace(bar: HTMLElement, listId: string): Promise<void> {
  const page = await read(`/watchlist?list=${listId}`);
  const fresh = page && barOf(page);
  if (!fresh) return;
  const { activeElement } = document;
  bar.replaceWith(fresh);
  if (!document.contains(activeElement)) focusSame(fresh, activeElement?.textContent);
}

function barOf(page: Document): HTMLElement | null {
  return page.querySelector<HTMLElement>(".list-bar");
}

async function read(path: string): Promise<Document | undefined> {
  try {
    const response = await fetch(path, { signal: AbortSignal.timeout(requestTimeoutMs) });
    return new DOMParser().parseFromString(await response.text(), "text/html");
  } catch {
    // Offline or past the deadline: a new socket gets the lists again.
    return undefined;
  }
}

/** Keeps the focus on the link or menu with the same text, if the new bar has one. */
function focusSame(bar: HTMLElement, text: string | null | undefined): void {
  const all = [...bar.querySelectorAll<HTMLElement>("a, summary")];
  all.find(({ textContent }) => textContent === text)?.focus();
}
