// Evidence: words of the transcript, or a stretch of sound, bound to the active criterion.

import { activeCriterion, say } from "./card.js";
import { clock } from "./player.js";

/** The words of one turn that a selection touches, or an empty list; a selection over several turns gives its first. */
export function selectedWords(pane, selection = getSelection()) {
  if (!selection.rangeCount || selection.isCollapsed) return [];
  const range = selection.getRangeAt(0);
  if (!pane.contains(range.commonAncestorContainer)) return [];
  const touched = [...pane.querySelectorAll(".word")].filter((word) => range.intersectsNode(word) && reaches(range, word));
  const turn = touched[0]?.closest(".turn");
  return touched.filter((word) => word.closest(".turn") === turn);
}

// A range that ends right before a word, or begins right after it, still "intersects" it for the browser.
function reaches(range, word) {
  const own = document.createRange();
  own.selectNodeContents(word);
  return range.compareBoundaryPoints(Range.START_TO_END, own) > 0 && range.compareBoundaryPoints(Range.END_TO_START, own) < 0;
}

function ofWords(words) {
  const [first, last] = [words[0], words.at(-1)];
  return {
    turn: Number(first.closest(".turn").dataset.turn),
    first_word: Number(first.dataset.w),
    last_word: Number(last.dataset.w),
    start_ms: first.dataset.start === undefined ? null : Number(first.dataset.start),
    end_ms: last.dataset.end === undefined ? null : Number(last.dataset.end),
    quote: words.map((word) => word.textContent.trim()).join(" "),
  };
}

function ofStretch({ startMs, endMs }) {
  return { turn: null, first_word: null, last_word: null, start_ms: startMs, end_ms: endMs, quote: "" };
}

class Evidence {
  #desk;
  #pane;
  #player;
  #transcript;
  #mark = null;

  constructor(desk, { player, transcript }) {
    this.#desk = desk;
    this.#pane = desk.querySelector("#transcript");
    this.#player = player;
    this.#transcript = transcript;
    this.show = this.show.bind(this);
  }

  start() {
    for (const part of this.#desk.querySelectorAll("[data-without-script]")) part.hidden = true;
    const button = this.#desk.querySelector("#bind");
    button.hidden = false;
    // Pressing the button must not take the selection away.
    button.addEventListener("pointerdown", (event) => event.preventDefault());
    button.addEventListener("click", () => this.bind());
    this.#desk.addEventListener("click", (event) => {
      const remove = event.target.closest("[data-chip-remove]");
      if (remove) this.#remove(remove.closest(".criterion"), Number(remove.closest(".chip").dataset.place));
    });
    this.show();
  }

  /** Bind what is chosen to the active criterion: words, else a stretch of sound, else the turn that plays. */
  bind() {
    const criterion = activeCriterion();
    const chosen = this.#chosen();
    if (!criterion || !chosen) {
      this.#tell(say("NothingChosen"));
      return;
    }
    const field = criterion.querySelector("[data-evidence]");
    const items = read(field);
    const same = JSON.stringify(chosen);
    if (!items.some((item) => JSON.stringify(item) === same)) {
      write(field, [...items, chosen]);
    }
    getSelection().removeAllRanges();
    this.#player?.clearStretch();
    this.show();
    this.#tell(say("Bound", { number: criterion.dataset.number }));
  }

  /** Begin a selection at the word that is playing; `finish` ends it there. */
  begin() {
    this.#mark = this.#transcript.nowWord;
  }

  finish() {
    const [from, to] = [this.#mark, this.#transcript.nowWord];
    if (!from || !to) return;
    const forward = from.compareDocumentPosition(to) & Node.DOCUMENT_POSITION_PRECEDING ? [to, from] : [from, to];
    const range = document.createRange();
    range.setStartBefore(forward[0]);
    range.setEndAfter(forward[1]);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  }

  /** Draw the chips of every criterion and mark the words they rest on. */
  show() {
    for (const word of this.#pane.querySelectorAll(".is-evidence")) word.classList.remove("is-evidence");
    const numbersByTurn = new Map();
    for (const criterion of this.#desk.querySelectorAll(".criterion")) {
      const items = read(criterion.querySelector("[data-evidence]"));
      criterion.querySelector(".chips").replaceChildren(...items.map((item, place) => this.#chip(item, place)));
      for (const item of items) this.#markWords(item, criterion.dataset.number, numbersByTurn);
    }
    for (const turn of this.#pane.querySelectorAll(".turn")) {
      const line = turn.querySelector(".turn-evidence");
      const numbers = numbersByTurn.get(turn);
      line.hidden = !numbers;
      line.textContent = numbers ? say("Evidence", { numbers: [...numbers].join(", ") }) : "";
    }
  }

  #chosen() {
    const words = selectedWords(this.#pane);
    if (words.length) return ofWords(words);
    if (this.#player?.loop) return ofStretch(this.#player.loop);
    const turn = this.#transcript.nowTurn;
    return turn ? ofWords([...turn.querySelectorAll(".word")]) : null;
  }

  #chip(item, place) {
    const chip = this.#desk.querySelector("#chip").content.firstElementChild.cloneNode(true);
    chip.dataset.place = String(place);
    const link = chip.querySelector("[data-chip-time]");
    link.textContent = item.start_ms === null ? `#${item.turn}` : clock(item.start_ms);
    if (item.turn !== null) link.href = `#turn-${item.turn}`;
    if (item.start_ms !== null) link.dataset.seek = String(item.start_ms);
    const quote = item.quote || `${say("Stretch")} ${clock(item.start_ms)}–${clock(item.end_ms)}`;
    chip.querySelector("[data-chip-quote]").textContent = quote;
    chip.querySelector("[data-chip-remove]").setAttribute("aria-label", say("Remove", { quote }));
    return chip;
  }

  #markWords(item, number, numbersByTurn) {
    const turn = item.turn === null ? null : this.#pane.querySelector(`#turn-${item.turn}`);
    if (!turn) return;
    numbersByTurn.set(turn, (numbersByTurn.get(turn) ?? new Set()).add(number));
    for (const word of turn.querySelectorAll(".word")) {
      const place = Number(word.dataset.w);
      if (place >= (item.first_word ?? 0) && place <= (item.last_word ?? Infinity)) word.classList.add("is-evidence");
    }
  }

  #remove(criterion, place) {
    const field = criterion.querySelector("[data-evidence]");
    write(field, read(field).filter((_, index) => index !== place));
    this.show();
    criterion.focus({ preventScroll: true });
  }

  #tell(sentence) {
    this.#desk.querySelector("#draft-status").textContent = sentence;
  }
}

function read(field) {
  return field.value ? JSON.parse(field.value) : [];
}

function write(field, items) {
  field.value = items.length ? JSON.stringify(items) : "";
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Let words be bound to criteria; the list of turns that serves without a script goes away. */
export function startEvidence(desk, { player, transcript }) {
  const evidence = new Evidence(desk, { player, transcript });
  evidence.start();
  return evidence;
}
