// Owns renewing the bar of lists: the server renders it, and again when the lists are others. Loaded only then.

/** A page that changed its lists itself is being left by then. */
const pauseMs = 500;

/** `told`: the lists as the server tells them, in the form of the bar's own note of them. */
export async function renewListBar(listId: string, told: string): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, pauseMs));
  const bar = barOf(document);
  if (!bar || bar.dataset.lists === told) return;
  // Nothing moves under the hand of somebody who has a menu open.
  if (bar.querySelector("[open]")) {
    const again = () => renewListBar(listId, told);
    return bar.addEventListener("toggle", again, { once: true, capture: true });
  }
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
    const response = await fetch(path);
    return new DOMParser().parseFromString(await response.text(), "text/html");
  } catch {
    // Offline: the lists are told again when the socket is back.
    return undefined;
  }
}

/** The focus stays on the same link or menu, unless that is gone. */
function focusAlike(bar: HTMLElement, text: string | null | undefined): void {
  const all = [...bar.querySelectorAll<HTMLElement>("a, summary")];
  all.find(({ textContent }) => textContent === text)?.focus();
}
