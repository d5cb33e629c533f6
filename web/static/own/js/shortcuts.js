// Keys that work on every page: `/` searches, `?` shows the list of keys.

/** Whether a key press belongs to what the user is typing in. */
export function isTyping(event) {
  const at = event.target;
  return (
    event.isComposing ||
    at.isContentEditable ||
    at.tagName === "TEXTAREA" ||
    at.tagName === "SELECT" ||
    (at.tagName === "INPUT" && !["radio", "checkbox", "button", "submit", "range"].includes(at.type))
  );
}

/** Whether a single-letter key may act: no modifier, nobody typing, no dialog open. */
export function isFree(event) {
  return !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event) && !document.querySelector("dialog[open]");
}

/** Bind the keys and the buttons that open dialogs. */
export function startShortcuts(page) {
  for (const button of page.querySelectorAll("[data-opens]")) {
    button.hidden = false;
    button.addEventListener("click", () => page.getElementById(button.dataset.opens)?.showModal());
  }
  page.addEventListener("keydown", (event) => {
    if (!isFree(event)) return;
    if (event.key === "/") {
      const search = page.querySelector("[data-find]") ?? page.getElementById("site-search");
      if (!search) return;
      event.preventDefault();
      search.focus();
      search.select?.();
    } else if (event.key === "?") {
      event.preventDefault();
      page.getElementById("shortcuts")?.showModal();
    }
  });
}
