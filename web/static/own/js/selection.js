// The words of the transcript that are selected, and the stretch of sound they make.

/** Every word of the pane that a selection touches, in order. */
export function touchedWords(pane, selection = getSelection()) {
  if (!selection.rangeCount || selection.isCollapsed) return [];
  const range = selection.getRangeAt(0);
  if (!pane.contains(range.commonAncestorContainer)) return [];
  // A long call has tens of thousands of words: only turns that are touched are looked into.
  return [...pane.querySelectorAll(".turn")]
    .filter((turn) => range.intersectsNode(turn))
    .flatMap((turn) => [...turn.querySelectorAll(".word")])
    .filter((word) => range.intersectsNode(word) && reaches(range, word));
}

/** The words of one turn that a selection touches, or an empty list; a selection over several turns gives its first. */
export function selectedWords(pane, selection = getSelection()) {
  const touched = touchedWords(pane, selection);
  const turn = touched[0]?.closest(".turn");
  return touched.filter((word) => word.closest(".turn") === turn);
}

/** From the first selected word to the last, {startMs, endMs}; null where none is selected or they have no times. */
export function selectedStretch(pane) {
  const words = selectedWords(pane);
  const [start, end] = [words[0]?.dataset.start, words.at(-1)?.dataset.end];
  return start === undefined || end === undefined ? null : { startMs: Number(start), endMs: Number(end) };
}

// A range that ends right before a word, or begins right after it, still "intersects" it for the browser.
function reaches(range, word) {
  const own = document.createRange();
  own.selectNodeContents(word);
  return range.compareBoundaryPoints(Range.START_TO_END, own) > 0 && range.compareBoundaryPoints(Range.END_TO_START, own) < 0;
}
