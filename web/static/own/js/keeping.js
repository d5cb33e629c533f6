// Signing out takes the copies of what was typed away from this computer, and says so before anything is lost.

import { forget, forgetOthers, hasCopies, sendWaiting, draftName } from "./copies.js";

/** Keep this computer's copies to their person: send what waits, take others' away, and all of them at signing out. */
export function startCopies(page) {
  const { user } = page.documentElement.dataset;
  if (!user) return;
  const form = page.querySelector("[data-sign-out]");
  const open = page.getElementById("desk")?.dataset.evaluation;
  forgetOthers(user);
  if (form && hasCopies(user)) {
    sendWaiting(user, { token: form.elements.csrf_token.value, except: open ? draftName(user, open) : "" });
  }
  form?.addEventListener("submit", (event) => {
    const told = form.querySelector("[data-unsent]");
    if (hasCopies(user) && !told.textContent.trim()) {
      event.preventDefault();
      told.textContent = told.dataset.unsent;
      return;
    }
    page.dispatchEvent(new CustomEvent("signout"));
    forget(user);
  });
}
