// The transcript follows the recording, seeks where it is clicked, and can be searched.

import { say } from "./card.js";

const READER_SCROLLED_MS = 4000;
const PAUSE_MS = 120;

/** Lower case without accents, so that "cafe" finds "café". */
export function plain(text) {
  const bare = /^[\x20-\x7e]*$/.test(text) ? text : text.normalize("NFD").replace(/\p{Diacritic}/gu, "");
  return bare.toLowerCase();
}

/** Index of the last start that is not after `at`, or -1; `starts` is sorted. */
export function lastAtOrBefore(starts, at) {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

class Transcript {
  #pane;
  #player;
  #finder;
  #words = [];
  #starts = [];
  #turns = [];
  #nowWord = null;
  #nowTurn = null;
  #scrolledAt = 0;

  constructor(pane, { player, finder }) {
    this.#pane = pane;
    this.#player = player;
    this.#finder = finder;
    this.collect();
  }

  /** Look again at which turns there are: the rest of a long conversation comes later. */
  collect() {
    const pane = this.#pane;
    const timed = [...pane.querySelectorAll(".word[data-start]")].map((word) => [Number(word.dataset.start), word]);
    timed.sort(([one], [other]) => one - other);
    this.#words = timed.map(([, word]) => word);
    this.#starts = timed.map(([start]) => start);
    this.#turns = [...pane.querySelectorAll(".turn")];
    this.#finder.collect();
  }

  /** The word that is heard now, or the last one that was. */
  get nowWord() {
    return this.#nowWord ?? this.#wordAt(this.#player?.positionMs ?? 0);
  }

  get nowTurn() {
    return this.#nowTurn ?? this.nowWord?.closest(".turn") ?? this.#turns[0] ?? null;
  }

  start() {
    this.#player?.addEventListener("position", (event) => this.#follow(event.detail));
    for (const name of ["wheel", "touchmove", "keydown"]) {
      this.#pane.addEventListener(name, () => (this.#scrolledAt = performance.now()), { passive: true });
    }
    document.addEventListener("click", (event) => this.#seekFrom(event));
  }

  /** Go to the turn after (1) or before (-1) the present one. */
  stepTurn(by) {
    const at = this.#turns.indexOf(this.nowTurn);
    const turn = this.#turns[Math.min(Math.max(0, at + by), this.#turns.length - 1)];
    if (!turn) return;
    if (turn.dataset.start && this.#player) this.#player.seek(Number(turn.dataset.start));
    else this.#mark(turn, null);
    turn.scrollIntoView({ block: "nearest" });
  }

  #wordAt(ms) {
    return this.#words[lastAtOrBefore(this.#starts, ms)] ?? null;
  }

  #follow(ms) {
    const word = this.#wordAt(ms);
    // Words are marked while they sound; a long pause marks none, and keeps the turn.
    const heard = word && ms <= Number(word.dataset.end) + 200 ? word : null;
    this.#mark(word?.closest(".turn") ?? null, heard);
  }

  #mark(turn, word) {
    if (word !== this.#nowWord) {
      this.#nowWord?.classList.remove("is-now");
      word?.classList.add("is-now");
      this.#nowWord = word;
    }
    if (turn !== this.#nowTurn) {
      this.#nowTurn?.classList.remove("is-now");
      turn?.classList.add("is-now");
      this.#nowTurn = turn;
      if (turn && performance.now() - this.#scrolledAt > READER_SCROLLED_MS) this.#bringIntoView(turn);
    }
  }

  #bringIntoView(turn) {
    const pane = this.#pane.getBoundingClientRect();
    const box = turn.getBoundingClientRect();
    if (box.top < pane.top + 40 || box.bottom > pane.bottom - 80) {
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      this.#pane.scrollBy({ top: box.top - pane.top - pane.height / 3, behavior: calm ? "auto" : "smooth" });
    }
  }

  #seekFrom(event) {
    const link = event.target.closest("[data-seek]");
    if (link && this.#player) {
      event.preventDefault();
      this.#scrolledAt = 0;
      // The transcript seeks; evidence is there to be heard.
      if (link.dataset.playEvidence === undefined) this.#player.seek(Number(link.dataset.seek));
      else this.#player.playFrom(Number(link.dataset.seek));
      return;
    }
    const word = event.target.closest(".word[data-start]");
    // Choosing words for evidence ends in a click too; that one does not seek.
    if (word && this.#player && getSelection().isCollapsed) this.#player.seek(Number(word.dataset.start));
  }
}

class Finder {
  #pane;
  #read = null;
  #input;
  #count;
  #hits = [];
  #at = -1;
  #waiting = 0;

  constructor(pane, box) {
    this.#input = box.querySelector("[data-find]");
    this.#count = box.querySelector("output");
    this.#pane = pane;
    box.hidden = false;
    this.#input.addEventListener("focus", () => this.#turns());
    // A letter is shown at once; what it finds follows, since it can be a thousand words.
    this.#input.addEventListener("input", () => {
      clearTimeout(this.#waiting);
      this.#waiting = setTimeout(() => this.#find(), PAUSE_MS);
    });
    this.#input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
        if (event.ctrlKey) return;
        // The first hit was gone to by finding it.
        if (this.#waiting) this.#find();
        else this.#go(event.shiftKey ? -1 : 1);
      } else if (event.key === "Escape") {
        this.#input.value = "";
        this.#find();
        this.#input.blur();
      }
    });
  }

  /** Forget what was read, and search again where somebody searches. */
  collect() {
    this.#read = null;
    if (this.#input.value) this.#find();
  }

  // Read when somebody is about to search, and once: a long call has tens of thousands of words.
  #turns() {
    this.#read ??= [...this.#pane.querySelectorAll(".turn")].map((turn) => {
      const words = [...turn.querySelectorAll(".word")];
      const starts = [];
      let text = "";
      for (const word of words) {
        starts.push(text.length);
        text += `${plain(word.textContent)} `;
      }
      return { words, starts, text };
    });
    return this.#read;
  }

  #find() {
    clearTimeout(this.#waiting);
    this.#waiting = 0;
    for (const word of this.#hits.flat()) word.classList.remove("is-found", "is-found-now");
    this.#hits = [];
    this.#at = -1;
    const wanted = plain(this.#input.value.trim()).replace(/\s+/g, " ");
    if (wanted.length > 1) {
      for (const { words, starts, text } of this.#turns()) {
        for (let from = text.indexOf(wanted); from >= 0; from = text.indexOf(wanted, from + wanted.length)) {
          const first = lastAtOrBefore(starts, from);
          const last = lastAtOrBefore(starts, from + wanted.length - 1);
          this.#hits.push(words.slice(first, last + 1));
        }
      }
    }
    for (const word of this.#hits.flat()) word.classList.add("is-found");
    this.#count.value = wanted.length > 1 ? say("NoneFound") : "";
    if (this.#hits.length) this.#go(1);
  }

  #go(by) {
    if (!this.#hits.length) return;
    for (const word of this.#hits[this.#at] ?? []) word.classList.remove("is-found-now");
    this.#at = (this.#at + by + this.#hits.length) % this.#hits.length;
    for (const word of this.#hits[this.#at]) word.classList.add("is-found-now");
    this.#hits[this.#at][0].scrollIntoView({ block: "center" });
    this.#count.value = say("Found", { place: this.#at + 1, count: this.#hits.length });
  }
}

/** Let the transcript follow the player (null: there is none) and be searched. */
export function startTranscript(desk, { player }) {
  const pane = desk.querySelector("#transcript");
  const finder = new Finder(pane, desk.querySelector(".find"));
  const transcript = new Transcript(pane, { player, finder });
  transcript.start();
  return transcript;
}
