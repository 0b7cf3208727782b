// Owns renewing the bar of lists: the server renders it, and again when the lists are others. Loaded only then.

/** A page that changed its lists itself is being left by then. */
const pauseMs = 500;
const requestTimeoutMs = 10_000;

/** What was told last and is not looked at yet. */
let due: string | undefined;
let renewal: Promise<void> | undefined;

/** `told`: the lists as the server tells them, in the form of the bar's own note of them. One renewal at a time. */
export function renewListBar(listId: string, told: string): Promise<void> {
  due = told;
  return renewal ??= renewUntilTold(listId).finally(() => renewal = undefined);
}

async function renewUntilTold(listId: string): Promise<void> {
  while (due !== undefined) {
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    await menusClosed();
    const told = due;
    due = undefined;
    const bar = barOf(document);
    if (bar && bar.dataset.lists !== told) await renew(bar, listId);
  }
}

/** Nothing moves under the hand of somebody who has a menu open. */
async function menusClosed(): Promise<void> {
  const bar = barOf(document);
  while (bar?.querySelector("[open]")) {
    await new Promise((resolve) => {
      bar.addEventListener("toggle", resolve, { once: true, capture: true });
    });
  }
}

async function renew(bar: HTMLElement, listId: string): Promise<void> {
  const page = await read(`/watchlist?list=${listId}`);
  const fresh = page && barOf(page);
  if (!fresh) return;
  const { activeElement } = document;
  bar.replaceWith(fresh);
  if (!document.contains(activeElement)) focusAlike(fresh, activeElement?.textContent);
}

function barOf(page: Document): HTMLElement | null {
  return page.querySelector<HTMLElement>(".list-bar");
}

async function read(path: string): Promise<Document | undefined> {
  try {
    const response = await fetch(path, { signal: AbortSignal.timeout(requestTimeoutMs) });
    return new DOMParser().parseFromString(await response.text(), "text/html");
  } catch {
    // Offline, or too late: the lists are told again when the socket is back.
    return undefined;
  }
}

/** The focus stays on the same link or menu, unless that is gone. */
function focusAlike(bar: HTMLElement, text: string | null | undefined): void {
  const all = [...bar.querySelectorAll<HTMLElement>("a, summary")];
  all.find(({ textContent }) => textContent === text)?.focus();
}
