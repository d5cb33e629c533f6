// The reviewer's desk: puts the player, the transcript, the evidence, the keys and the drafts together.

import { activate, activeCriterion } from "./card.js";
import { startDrafts } from "./drafts.js";
import { startEditing } from "./editing.js";
import { startEvidence } from "./evidence.js";
import { startKeys } from "./keys.js";
import { startListening } from "./played.js";
import { startPlayer } from "./player.js";
import { startPlayerKeys } from "./playerkeys.js";
import { selectedStretch } from "./selection.js";
import { bringRest } from "./rest.js";
import { startTemplates } from "./templates.js";
import { startTranscript } from "./transcript.js";

const desk = document.getElementById("desk");

if (desk) {
  for (const criterion of desk.querySelectorAll(".criterion")) {
    criterion.addEventListener("focusin", () => activate(criterion));
    criterion.addEventListener("pointerdown", () => activate(criterion));
  }
  for (const details of desk.querySelectorAll(".comment")) {
    const button = details.closest(".criterion").querySelector("[data-comment]");
    button.hidden = false;
    button.addEventListener("click", () => {
      details.open = !details.open;
      if (details.open) details.querySelector("textarea").focus();
    });
    const told = () => button.setAttribute("aria-expanded", String(details.open));
    details.addEventListener("toggle", told);
    told();
  }
  // A mark that needs a comment opens the place to write it.
  desk.addEventListener("change", (event) => {
    if (event.target.dataset.wantsComment !== undefined) {
      event.target.closest(".criterion").querySelector(".comment").open = true;
    }
  });
  const panel = document.getElementById("player");
  startListening(desk, { panel });
  const chosen = () => selectedStretch(document.getElementById("transcript"));
  const player = panel && startPlayer(panel, { nonce: desk.dataset.styleNonce, chosen });
  const transcript = startTranscript(desk, { player });
  const evidence = startEvidence(desk, { player, transcript });
  const drafts = startDrafts(desk, { changed: evidence.show });
  startEditing(desk, { transcript, player, before: () => drafts.save() });
  startPlayerKeys(document, { player, transcript });
  startKeys(desk, { evidence, drafts, templates: startTemplates(desk) });
  activate(desk.querySelector(".criterion.field-wrong") ?? activeCriterion());
  desk.dataset.live = "";
  bringRest(document.getElementById("transcript"), () => {
    transcript.collect();
    player?.collect();
    evidence.show();
  });
}
