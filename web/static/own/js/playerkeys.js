// The recording and the transcript by keyboard, wherever they are shown.

import { isFree } from "./shortcuts.js";

const STEP_MS = 5000;

// Space presses what has the focus, unless that is a choice already made; on a link it does nothing by itself.
function pressesItself(target) {
  return target.closest("button, summary, select, input[type=checkbox], input:not(:checked)") !== null;
}

// These take the arrows themselves; a wide table is scrolled with them.
function isArrowControl(target) {
  return target.matches("input[type=radio], input[type=range], .table-scroll");
}

/** Bind the keys of the player, which may be null, and of the transcript. */
export function startPlayerKeys(page, { player, transcript }) {
  const actions = {
    a: () => player?.beginStretch(),
    b: () => player?.endStretch(),
    x: () => player?.dropStretch(),
    l: () => player?.toggleLoop(),
    z: () => player?.toggleSkip(),
    ",": () => player?.shiftSpeed(-1),
    ".": () => player?.shiftSpeed(1),
  };
  page.addEventListener("keydown", (event) => {
    if (!isFree(event)) return;
    if (event.key.startsWith("Arrow")) {
      arrows(event);
    } else if (event.key === " ") {
      if (!player || pressesItself(event.target)) return;
      event.preventDefault();
      player.toggle();
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
