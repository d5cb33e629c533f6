// What every page does: theme, keys, menus that close.

import { startTheme } from "./theme.js";
import { startShortcuts } from "./shortcuts.js";

startTheme(document);
startShortcuts(document);

for (const menu of document.querySelectorAll("[data-menu]")) {
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}

// A form that came back with errors begins at its summary.
document.querySelector("[data-focus-first]")?.focus();
