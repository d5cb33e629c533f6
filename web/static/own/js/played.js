// What is really played of the recording: kept on this computer, sent along with every save, shown under the waveform.

import { say } from "./card.js";

const KEY = "steekproef-played";
const KEPT_MS = 60 * 24 * 3600 * 1000;
const KEEP_EVERY_MS = 5000;
const SHOW_EVERY_MS = 500;
const JOINED_MS = 200;

/** Add stretches [[start_ms, end_ms], …] to others: in order, those that touch or nearly touch made one. */
export function union(stretches, more) {
  const found = [];
  for (const [start, end] of [...stretches, ...more].sort((one, other) => one[0] - other[0])) {
    const last = found.at(-1);
    if (last && start - last[1] <= JOINED_MS) last[1] = Math.max(last[1], end);
    else found.push([start, end]);
  }
  return found;
}

/** The stretches [[start_ms, end_ms], …] that a recording itself says it played; a seek parts them. */
export function playedOf(audio) {
  return Array.from({ length: audio.played.length }, (_, at) => [audio.played.start(at), audio.played.end(at)])
    .map(([start, end]) => [Math.round(start * 1000), Math.round(end * 1000)])
    .filter(([start, end]) => end > start);
}

/** Those parts of stretches that lie in none of others. */
export function without(stretches, others) {
  return others.reduce(
    (left, [from, to]) =>
      left.flatMap(([start, end]) => [[start, Math.min(end, from)], [Math.max(start, to), end]].filter(([one, other]) => other > one)),
    stretches,
  );
}

class Listening {
  #desk;
  #audio;
  #durationMs;
  #stretches;
  // What was played without a sound, or before this was looked at.
  #unheard = [];
  #sounded = true;
  #keptAt = 0;
  #shownAt = 0;

  constructor(desk, { panel, audio }) {
    this.#desk = desk;
    this.#audio = audio;
    this.#durationMs = Number(panel.dataset.duration);
    this.#stretches = union(JSON.parse(desk.dataset.played), read()[desk.dataset.evaluation]?.played ?? []);
  }

  start() {
    for (const name of ["timeupdate", "seeked", "pause", "ended"]) {
      this.#audio.addEventListener(name, () => this.#look());
    }
    this.#audio.addEventListener("volumechange", () => this.#turned());
    this.#audio.addEventListener("pause", () => this.#keep());
    this.#sounded = this.#sounds;
    addEventListener("pagehide", () => this.#keep());
    // Whoever sends the form, the drafts or the browser itself, sends this along.
    this.#desk.querySelector("form").addEventListener("formdata", (event) => {
      this.#look();
      event.formData.set("played", JSON.stringify(this.#stretches));
    });
    this.#show();
  }

  get #sounds() {
    return !this.#audio.muted && this.#audio.volume > 0;
  }

  // The sound was switched on or off: what was played up to here was heard, or was not.
  #turned() {
    if (this.#sounds === this.#sounded) return;
    if (this.#sounded) this.#look();
    else this.#unheard = union(this.#unheard, without(playedOf(this.#audio), this.#stretches));
    this.#sounded = this.#sounds;
  }

  #look() {
    if (!this.#sounded) return;
    const heard = without(playedOf(this.#audio), this.#unheard);
    const before = JSON.stringify(this.#stretches);
    this.#stretches = union(this.#stretches, heard);
    if (JSON.stringify(this.#stretches) === before) return;
    const now = performance.now();
    if (now - this.#keptAt > KEEP_EVERY_MS) this.#keep();
    if (now - this.#shownAt > SHOW_EVERY_MS || this.#audio.paused) this.#show();
  }

  #keep() {
    this.#keptAt = performance.now();
    if (!this.#stretches.length) return;
    const kept = read();
    const own = union(kept[this.#desk.dataset.evaluation]?.played ?? [], this.#stretches);
    kept[this.#desk.dataset.evaluation] = { at: Date.now(), played: own };
    localStorage.setItem(KEY, JSON.stringify(kept));
  }

  #show() {
    this.#shownAt = performance.now();
    const bar = this.#desk.querySelector("#played-bar");
    const scale = 1000 / this.#durationMs;
    let total = 0;
    const marks = this.#stretches.map(([start, end]) => {
      total += end - start;
      const mark = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      for (const [name, value] of Object.entries({ x: start * scale, width: (end - start) * scale, y: 0, height: 4 })) {
        mark.setAttribute(name, String(value));
      }
      return mark;
    });
    bar.querySelector("g").replaceChildren(...marks);
    const percent = Math.min(100, Math.round((total * 100) / this.#durationMs));
    this.#desk.querySelector("#played").textContent = say("Played", { percent });
  }
}

// What was kept for evaluations that nobody came back to goes away after a while.
function read() {
  const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}");
  return Object.fromEntries(Object.entries(kept).filter(([, { at }]) => Date.now() - at < KEPT_MS));
}

/** Note what is played; nothing happens on a desk that keeps none, as a judge's, or without a recording. */
export function startListening(desk, { panel }) {
  if (!panel || desk.dataset.played === undefined) return;
  new Listening(desk, { panel, audio: panel.querySelector("audio") }).start();
}
