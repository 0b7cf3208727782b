// Owns how the page's menus close: by Escape, and when a press or the focus goes elsewhere. They open by themselves.

/** Menus are looked up at each event: the bar that holds them may be rendered anew. */
export function followMenus(): void {
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

/** At most one is open at a time, since they share a name. */
function openMenu(): HTMLDetailsElement | null {
  return document.querySelector<HTMLDetailsElement>(".menu[open]");
}
