// What every page does: theme, keys, menus that close.

import { startCopies } from "./keeping.js";
import { startShortcuts } from "./shortcuts.js";
import { startTheme } from "./theme.js";

startTheme(document);
startShortcuts(document);
startCopies(document);

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

// A row of links that does not fit begins where the reader is.
for (const here of document.querySelectorAll("nav [aria-current='page']")) {
  const row = here.closest("ul, ol");
  if (!row || row.scrollWidth <= row.clientWidth) continue;
  const [link, all] = [here.getBoundingClientRect(), row.getBoundingClientRect()];
  row.scrollLeft += link.left + link.width / 2 - (all.left + all.width / 2);
}

// A form that came back with errors begins at its summary.
document.querySelector("[data-focus-first]")?.focus();
