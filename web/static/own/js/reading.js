// An evaluation or an interaction as it is read: the transcript follows the recording, evidence plays.

import { startEditing } from "./editing.js";
import { startPlayer } from "./player.js";
import { startPlayerKeys } from "./playerkeys.js";
import { selectedStretch } from "./selection.js";
import { startTranscript } from "./transcript.js";

const page = document.getElementById("desk");

if (page) {
  const panel = document.getElementById("player");
  const chosen = () => selectedStretch(document.getElementById("transcript"));
  const player = panel && startPlayer(panel, { nonce: page.dataset.styleNonce, chosen });
  const transcript = startTranscript(page, { player });
  startEditing(page, { transcript, player });
  startPlayerKeys(document, { player, transcript });
  // An address that names a second opens there; nothing plays by itself.
  if (page.dataset.opened && player) player.seek(Number(page.dataset.opened));
  page.dataset.live = "";
}
