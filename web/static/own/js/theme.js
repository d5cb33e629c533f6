// The colour switch: at once on this page, and remembered by the server for the next.

/** Make the buttons of the colour form act without loading the page again. */
export function startTheme(page) {
  const form = page.querySelector("[data-theme-form]");
  form?.addEventListener("submit", async (event) => {
    const chosen = event.submitter;
    if (!chosen) return;
    event.preventDefault();
    page.documentElement.dataset.theme = chosen.value;
    for (const button of form.querySelectorAll("button[name=theme]")) {
      button.setAttribute("aria-pressed", String(button === chosen));
    }
    page.dispatchEvent(new CustomEvent("themechange"));
    const body = new FormData(form);
    body.set("theme", chosen.value);
    await fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => undefined);
  });
}

/** Return a token's colour as the browser resolved it for this theme, for drawings on a canvas. */
export function colour(name) {
  const probe = document.createElement("i");
  probe.hidden = true;
  document.body.append(probe);
  probe.style.color = `var(--${name})`;
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}
