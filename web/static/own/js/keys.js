// The whole card by keyboard.

import { activate, activeCriterion, criteria } from "./card.js";
import { isFree } from "./shortcuts.js";

function move(by) {
  const all = criteria();
  const at = all.indexOf(activeCriterion());
  const next = all[Math.min(Math.max(0, at + by), all.length - 1)];
  if (!next) return;
  activate(next);
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function choose(key) {
  const radio = activeCriterion()?.querySelector(`input[data-key="${key}"]`);
  if (!radio || radio.checked) return;
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
}

function write() {
  const comment = activeCriterion()?.querySelector(".comment");
  if (!comment) return;
  comment.open = true;
  comment.querySelector("textarea").focus();
}

/** Bind the keys of the card; the list of all of them is the dialog under "?". */
export function startKeys(desk, { evidence, drafts, templates }) {
  const form = desk.querySelector("form");
  const actions = {
    j: () => move(1),
    k: () => move(-1),
    c: write,
    e: () => evidence.bind(),
    p: () => evidence.play(),
    "[": () => evidence.begin(),
    "]": () => evidence.finish(),
    s: () => drafts.save(),
    t: () => templates?.open(),
  };
  desk.ownerDocument.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !document.querySelector("dialog[open]")) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("button.btn-primary"));
      return;
    }
    if (event.key === "Escape" && event.target.closest(".criterion textarea, .criterion select")) {
      event.target.closest(".criterion").focus({ preventScroll: true });
      return;
    }
    if (!isFree(event)) return;
    if (/^[1-9n]$/.test(event.key)) {
      choose(event.key);
    } else if (event.key === "0") {
      choose("n");
    } else if (actions[event.key]) {
      event.preventDefault();
      actions[event.key]();
    }
  });
}
