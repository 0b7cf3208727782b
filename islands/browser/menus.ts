// Owns how menus close: on Escape, and on a press or focus outside. The browser opens them itself.

/** Looks menus up at each event, because the bar that contains them may be replaced. */
export function closeMenus(): void {
  addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && openMenu();
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary")?.focus();
  });
  for (const type of ["focusin", "pointerdown"]) {
    addEventListener(type, ({ target }) => {
      const menu = openMenu();
      if (menu && target instanceof Node && !menu.contains(target)) menu.open = false;
    });
  }
}

/** At most one is open, since they share a name. */
function openMenu(): HTMLDetailsElement | null {
  return document.querySelector<HTMLDetailsElement>(".menu[open]");
}
