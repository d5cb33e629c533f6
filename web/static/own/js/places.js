// Places in a transcript: the words that lie over those that were heard.

/** The heard words, counted within their turn, that a word stands for: one, or several that were corrected together. */
export function placeOf(word) {
  const first = Number(word.dataset.w);
  return { first, last: Number(word.dataset.wEnd ?? first) };
}

/** The words that stand now where evidence was bound; a heard turn can lie in several parts. */
export function wordsUnder(pane, { turn, first_word: first, last_word: last }) {
  if (turn === null) return [];
  return [...pane.querySelectorAll(`.turn[data-turn="${turn}"] .word`)].filter((word) => {
    const place = placeOf(word);
    return place.first <= (last ?? Infinity) && place.last >= (first ?? 0);
  });
}

/** Whether evidence still reads as it was quoted; true where it points into an earlier transcript. */
export function stillReads(pane, item) {
  if (item.turn === null || !item.quote.trim() || !pane.querySelector(`.turn[data-turn="${item.turn}"]`)) return true;
  const now = wordsUnder(pane, item).map((word) => word.textContent);
  return plainly(now.join(" ")).includes(plainly(item.quote));
}

function plainly(text) {
  return text.trim().replace(/\s+/g, " ");
}
