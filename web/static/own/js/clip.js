// Choosing a clip: the selected words of the transcript become its beginning and end.

import { selectedStretch } from "./selection.js";

const form = document.getElementById("clip-form");
const take = form?.querySelector("[data-take]");
const transcript = document.getElementById("transcript");

function written(ms) {
  const tenths = Math.floor((ms % 1000) / 100);
  const two = (number) => String(number).padStart(2, "0");
  return `${two(Math.floor(ms / 60000))}:${two(Math.floor(ms / 1000) % 60)}${tenths ? `.${tenths}` : ""}`;
}

if (take && transcript) {
  take.hidden = false;
  const told = take.querySelector("[role=status]");
  // The selection goes when the button takes the focus.
  take.querySelector("button").addEventListener("pointerdown", (event) => event.preventDefault());
  take.querySelector("button").addEventListener("click", () => {
    const stretch = selectedStretch(transcript);
    told.textContent = stretch ? "" : told.dataset.none;
    if (!stretch) return;
    form.elements.begins.value = written(stretch.startMs);
    form.elements.ends.value = written(Math.ceil(stretch.endMs / 100) * 100);
  });
}
