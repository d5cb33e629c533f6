// Evidence: words of the transcript, or a stretch of sound, bound to the active criterion.

import { activeCriterion, say } from "./card.js";
import { clock } from "./player.js";
import { placeOf, stillReads, wordsUnder } from "./places.js";
import { saidInPassing } from "./said.js";
import { selectedWords } from "./selection.js";

function ofWords(words) {
  const [first, last] = [words[0], words.at(-1)];
  return {
    turn: Number(first.closest(".turn").dataset.turn),
    first_word: placeOf(first).first,
    last_word: placeOf(last).last,
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
  #playing = null;

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
      saidInPassing(this.#desk, say("NothingChosen"));
      return;
    }
    const field = criterion.querySelector("[data-evidence]");
    const items = read(field);
    const same = JSON.stringify(chosen);
    if (!items.some((item) => JSON.stringify(item) === same)) {
      write(field, [...items, chosen]);
    }
    getSelection().removeAllRanges();
    this.#player?.dropStretch();
    this.show();
    saidInPassing(this.#desk, say("Bound", { number: criterion.dataset.number }));
  }

  /** Play what the active criterion rests on; asked again, the next piece of it. */
  play() {
    const criterion = activeCriterion();
    const pieces = criterion ? read(criterion.querySelector("[data-evidence]")).filter((item) => item.start_ms !== null) : [];
    if (!pieces.length || !this.#player) {
      saidInPassing(this.#desk, say("NothingBound"));
      return;
    }
    const next = this.#playing?.criterion === criterion ? this.#playing.place + 1 : 0;
    this.#playing = { criterion, place: next % pieces.length };
    this.#player.playFrom(pieces[this.#playing.place].start_ms);
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
    for (const line of this.#pane.querySelectorAll(".turn-evidence:not([hidden])")) {
      if (!numbersByTurn.has(line.closest(".turn"))) line.hidden = true;
    }
    for (const [turn, numbers] of numbersByTurn) {
      const line = turn.querySelector(".turn-evidence");
      line.hidden = false;
      line.textContent = say("Evidence", { numbers: [...numbers].join(", ") });
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
    const sent = this.#pane.querySelector(`[data-turn="${CSS.escape(item.turn)}"] .turn-time`)?.textContent.trim();
    link.textContent = item.start_ms === null ? sent || say("Turn") : clock(item.start_ms);
    if (item.turn !== null) link.href = `#turn-${item.turn}`;
    if (item.start_ms !== null) link.dataset.seek = String(item.start_ms);
    const quote = item.quote || `${say("Stretch")} ${clock(item.start_ms)}–${clock(item.end_ms)}`;
    chip.querySelector("[data-chip-quote]").textContent = quote;
    chip.querySelector("[data-chip-corrected]").hidden = stillReads(this.#pane, item);
    chip.querySelector("[data-chip-remove]").setAttribute("aria-label", say("Remove", { quote }));
    return chip;
  }

  #markWords(item, number, numbersByTurn) {
    for (const word of wordsUnder(this.#pane, item)) {
      const turn = word.closest(".turn");
      numbersByTurn.set(turn, (numbersByTurn.get(turn) ?? new Set()).add(number));
      word.classList.add("is-evidence");
    }
  }

  #remove(criterion, place) {
    const field = criterion.querySelector("[data-evidence]");
    write(field, read(field).filter((_, index) => index !== place));
    this.show();
    criterion.focus({ preventScroll: true });
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
