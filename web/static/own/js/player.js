// The recording: waveform per channel, clock, speed, steps, loop, and silence that is skipped.

import WaveSurfer from "../../vendor/wavesurfer.esm.js";
import Regions from "../../vendor/wavesurfer-regions.esm.js";
import { colour } from "./theme.js";

const LANE_HEIGHT = 40;
const SKIP_FROM_MS = 1200;
const LEAD_MS = 250;

/** Write milliseconds as mm:ss, from an hour on as h:mm:ss. */
export function clock(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value) => String(value).padStart(2, "0");
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return seconds < 3600 ? rest : `${Math.floor(seconds / 3600)}:${rest}`;
}

/** The stretches in which somebody speaks, merged where the pause between them is short; [[start_ms, end_ms], …]. */
export function speechSpans(turns) {
  const spans = [];
  for (const { start, end } of [...turns].sort((one, other) => one.start - other.start)) {
    const last = spans.at(-1);
    if (last && start - last[1] < SKIP_FROM_MS) last[1] = Math.max(last[1], end);
    else spans.push([start, end]);
  }
  return spans;
}

class Player extends EventTarget {
  #panel;
  #audio;
  #regions;
  #chosen;
  #loop = null;
  #begunMs = null;
  #spans = [];

  constructor(panel, { audio, chosen }) {
    super();
    this.#panel = panel;
    this.#audio = audio;
    this.#chosen = chosen;
    this.durationMs = Number(panel.dataset.duration);
  }

  get positionMs() {
    return Math.round(this.#audio.currentTime * 1000);
  }

  /** The chosen stretch of sound, {startMs, endMs}, or null. */
  get loop() {
    return this.#loop && { startMs: Math.round(this.#loop.start * 1000), endMs: Math.round(this.#loop.end * 1000) };
  }

  seek(ms) {
    this.#audio.currentTime = Math.min(Math.max(0, ms), this.durationMs) / 1000;
    this.#show();
  }

  step(ms) {
    this.seek(this.positionMs + ms);
  }

  toggle() {
    if (this.#audio.paused) this.#audio.play().catch(() => undefined);
    else this.#audio.pause();
  }

  playFrom(ms) {
    this.seek(ms);
    this.#audio.play().catch(() => undefined);
  }

  /** Go one faster (1) or slower (-1) in the list of speeds. */
  shiftSpeed(by) {
    const speed = this.#part("#speed");
    speed.selectedIndex = Math.min(Math.max(0, speed.selectedIndex + by), speed.options.length - 1);
    this.#audio.playbackRate = Number(speed.value);
  }

  toggleSkip() {
    this.#press("[data-skip]");
  }

  /** Switch looping of the selected words, else of the chosen stretch, else of the next ten seconds. */
  toggleLoop() {
    if (!this.#press("[data-loop]")) return;
    const words = this.#chosen();
    if (words) this.chooseStretch(words.startMs, words.endMs);
    else if (!this.#loop) this.chooseStretch(this.positionMs, Math.min(this.positionMs + 10_000, this.durationMs));
  }

  /** Let a stretch begin at the present moment; one that was chosen keeps its end. */
  beginStretch() {
    this.#begunMs = this.positionMs;
    if (this.loop && this.loop.endMs > this.#begunMs) this.chooseStretch(this.#begunMs, this.loop.endMs);
  }

  /** Let the stretch end at the present moment; without a beginning it begins where the recording does. */
  endStretch() {
    const beginMs = this.#begunMs ?? this.loop?.startMs ?? 0;
    if (this.positionMs > beginMs) this.chooseStretch(beginMs, this.positionMs);
  }

  dropStretch() {
    this.#loop?.remove();
    this.#loop = this.#begunMs = null;
    this.#part("[data-loop]").setAttribute("aria-pressed", "false");
  }

  chooseStretch(startMs, endMs) {
    this.#regions?.addRegion({ id: "loop", start: startMs / 1000, end: endMs / 1000, color: this.#tint("accent", 0.22) });
  }

  /** Look again at where somebody speaks: the rest of a long conversation comes later. */
  collect() {
    const turns = [...document.querySelectorAll(".turn[data-start]")];
    this.#spans = speechSpans(turns.map(({ dataset }) => ({ start: Number(dataset.start), end: Number(dataset.end) })));
  }

  async start({ nonce }) {
    const found = await fetch(this.#panel.dataset.peaksUrl, { headers: { Accept: "application/json" } });
    if (!found.ok) throw new Error(`peaks: ${found.status}`);
    const { peaks } = await found.json();
    this.collect();
    for (const part of this.#panel.querySelectorAll("[hidden]")) part.hidden = false;
    this.#drawWave(peaks, nonce);
    this.#bindControls();
    this.#panel.dataset.ready = "";
    this.#audio.controls = false;
    this.#show();
  }

  #drawWave(peaks, nonce) {
    this.#regions = Regions.create();
    const wave = WaveSurfer.create({
      container: this.#part("#wave"),
      media: this.#audio,
      peaks,
      duration: this.durationMs / 1000,
      height: LANE_HEIGHT,
      splitChannels: this.#lanes(),
      barWidth: 2,
      barGap: 1,
      barRadius: 1,
      cursorWidth: 2,
      cursorColor: colour("text"),
      plugins: [this.#regions],
      cspNonce: nonce,
    });
    wave.once("ready", () => this.#drawEvents());
    this.#regions.enableDragSelection({ id: "loop", color: this.#tint("accent", 0.22) });
    this.#regions.on("region-created", (region) => {
      if (region.id !== "loop") return;
      if (this.#loop && this.#loop !== region) this.#loop.remove();
      this.#loop = region;
    });
    document.addEventListener("themechange", () => {
      wave.setOptions({ splitChannels: this.#lanes(), cursorColor: colour("text") });
    });
  }

  #lanes() {
    const roles = this.#panel.dataset.roles.split(" ");
    return roles.map((role) => {
      const name = ["agent", "customer"].includes(role) ? role : "soft";
      return { height: LANE_HEIGHT, waveColor: this.#tint(name, 0.45), progressColor: colour(name) };
    });
  }

  #tint(name, alpha) {
    return colour(name).replace(/^rgb\((.+)\)$/, `rgba($1, ${alpha})`);
  }

  #drawEvents() {
    for (const { dataset } of document.querySelectorAll(".event[data-start]")) {
      const region = this.#regions.addRegion({
        start: Number(dataset.start) / 1000,
        end: Number(dataset.end) / 1000,
        color: this.#tint("soft", 0.2),
        drag: false,
        resize: false,
      });
      region.element.style.pointerEvents = "none";
    }
  }

  #bindControls() {
    const audio = this.#audio;
    const position = this.#part("#position");
    this.#part("[data-play]").addEventListener("click", () => this.toggle());
    this.#part("[data-skip]").addEventListener("click", () => this.toggleSkip());
    this.#part("[data-loop]").addEventListener("click", () => this.toggleLoop());
    // Pressing the button must not take the selection away.
    this.#part("[data-loop]").addEventListener("pointerdown", (event) => event.preventDefault());
    this.#part("[data-begin]").addEventListener("click", () => this.beginStretch());
    this.#part("[data-end]").addEventListener("click", () => this.endStretch());
    for (const button of this.#panel.querySelectorAll("[data-step]")) {
      button.addEventListener("click", () => this.step(Number(button.dataset.step)));
    }
    position.addEventListener("input", () => this.seek(Number(position.value)));
    this.#part("#speed").addEventListener("change", (event) => {
      audio.playbackRate = Number(event.target.value);
    });
    for (const name of ["play", "pause"]) {
      audio.addEventListener(name, () => {
        this.#part("[data-play]").setAttribute("aria-pressed", String(!audio.paused));
        if (!audio.paused) this.#follow();
      });
    }
    audio.addEventListener("seeking", () => this.#show());
    audio.addEventListener("timeupdate", () => this.#show());
  }

  // Drawn at every frame while it plays: the browser's own timeupdate comes four times a second, words are shorter.
  #follow() {
    if (this.#audio.paused) return;
    this.#keepInLoop();
    this.#skipSilence();
    this.#show();
    requestAnimationFrame(() => this.#follow());
  }

  #keepInLoop() {
    if (!this.#isOn("[data-loop]") || !this.#loop) return;
    const at = this.#audio.currentTime;
    if (at >= this.#loop.end || at < this.#loop.start - 0.3) this.#audio.currentTime = this.#loop.start;
  }

  #skipSilence() {
    if (!this.#isOn("[data-skip]") || this.#isOn("[data-loop]")) return;
    const at = this.positionMs;
    if (this.#spans.some(([start, end]) => at >= start - LEAD_MS && at <= end + LEAD_MS)) return;
    const next = this.#spans.find(([start]) => start > at);
    if (next && next[0] - LEAD_MS > at + LEAD_MS) this.seek(next[0] - LEAD_MS);
  }

  #show() {
    const at = this.positionMs;
    const position = this.#part("#position");
    position.value = String(at);
    position.setAttribute("aria-valuetext", clock(at));
    const written = clock(at);
    const output = this.#part("#clock");
    if (output.value !== written) output.value = written;
    this.dispatchEvent(new CustomEvent("position", { detail: at }));
  }

  #part(selector) {
    return this.#panel.querySelector(selector);
  }

  #isOn(selector) {
    return this.#part(selector).getAttribute("aria-pressed") === "true";
  }

  #press(selector) {
    const on = !this.#isOn(selector);
    this.#part(selector).setAttribute("aria-pressed", String(on));
    return on;
  }
}

/**
 * Turn the plain player into the desk's, which answers at once; its waveform comes when its peaks have, or not at all.
 * `chosen` gives the stretch of the selected words, {startMs, endMs}, or null.
 */
export function startPlayer(panel, { nonce, chosen }) {
  const player = new Player(panel, { audio: panel.querySelector("audio"), chosen });
  player.start({ nonce }).catch((error) => console.warn(error));
  return player;
}
