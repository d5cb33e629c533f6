// What a key just did, said in passing: beside the state of the draft, which says itself anew all the time.

const STAYS_MS = 6000;

let timer = 0;

/** Say a sentence for a moment. */
export function saidInPassing(desk, sentence) {
  const place = desk.querySelector("#desk-said");
  place.textContent = sentence;
  clearTimeout(timer);
  timer = setTimeout(() => (place.textContent = ""), STAYS_MS);
}
