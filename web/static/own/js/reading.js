// An evaluation as it is read: the transcript follows the recording, evidence plays.

import { startPlayer } from "./player.js";
import { startTranscript } from "./transcript.js";

const page = document.getElementById("desk");

if (page) {
  const panel = document.getElementById("player");
  const player = panel && (await startPlayer(panel, { nonce: page.dataset.styleNonce }));
  startTranscript(page, { player });
  // The transcript seeks; evidence is there to be heard.
  page.addEventListener("click", (event) => {
    if (player && event.target.closest("[data-play-evidence]")) document.getElementById("audio").play().catch(() => undefined);
  });
  page.dataset.live = "";
}
