// The whole card by keyboard.

import { activate, activeCriterion, criteria } from "./card.js";
import { isFree } from "./shortcuts.js";

const STEP_MS = 5000;

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

// Space presses what has the focus, unless that is a choice already made.
function pressesItself(target) {
  return target.closest("button, a, summary, select, input:not(:checked)") !== null;
}

function isArrowControl(target) {
  return target.matches("input[type=radio], input[type=range]");
}

/** Bind every key of the desk; the list of them is the dialog under "?". */
export function startKeys(desk, { player, transcript, evidence, drafts }) {
  const form = desk.querySelector("form");
  const actions = {
    j: () => move(1),
    k: () => move(-1),
    c: write,
    e: () => evidence.bind(),
    "[": () => evidence.begin(),
    "]": () => evidence.finish(),
    s: () => drafts.save(),
    l: () => player?.toggleLoop(),
    z: () => player?.toggleSkip(),
    ",": () => player?.shiftSpeed(-1),
    ".": () => player?.shiftSpeed(1),
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
    if (event.key.startsWith("Arrow")) {
      arrows(event);
    } else if (event.key === " ") {
      if (!player || pressesItself(event.target)) return;
      event.preventDefault();
      player.toggle();
    } else if (/^[1-9n]$/.test(event.key)) {
      choose(event.key);
    } else if (event.key === "0") {
      choose("n");
    } else if (actions[event.key]) {
      event.preventDefault();
      actions[event.key]();
    }
  });

  function arrows(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || isArrowControl(event.target)) return;
    event.preventDefault();
    if (event.shiftKey) transcript.stepTurn(by);
    else player?.step(by * STEP_MS);
  }
}
