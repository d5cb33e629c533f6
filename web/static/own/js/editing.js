// Correcting the transcript: chosen words, or a turn, open a form beside it.

import { clock } from "./player.js";
import { touchedWords } from "./selection.js";
import { isFree } from "./shortcuts.js";

class Editing {
  #pane;
  #dialog;
  #form;
  #transcript;
  #player;
  #before;
  #ready = false;

  constructor(page, dialog, { transcript, player, before }) {
    this.#pane = page.querySelector("#transcript");
    this.#dialog = dialog;
    this.#form = dialog.querySelector("form:not([method=dialog])");
    this.#transcript = transcript;
    this.#player = player;
    this.#before = before;
  }

  start() {
    const button = document.getElementById("correct");
    button.hidden = false;
    // Pressing the button must not take the selection away.
    button.addEventListener("pointerdown", (event) => event.preventDefault());
    button.addEventListener("click", () => this.open());
    this.#pane.addEventListener("click", (event) => {
      const link = event.target.closest("[data-correct]");
      if (!link || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      this.open(link.closest(".turn"));
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "w" || !isFree(event)) return;
      event.preventDefault();
      this.open(document.activeElement?.closest(".turn"));
    });
    this.#form.addEventListener("submit", (event) => this.#send(event));
    this.#form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target.tagName === "BUTTON") return;
      // Enter in the reason would press the first button, which may not be what is meant; with Ctrl it is.
      if (event.ctrlKey || event.metaKey) this.#form.requestSubmit(this.#form.querySelector("[value=words]"));
      if (event.target.tagName === "INPUT" || event.ctrlKey || event.metaKey) event.preventDefault();
    });
    this.#hear();
  }

  /** Open the form for what is selected, else for a turn, else for the turn that plays or the first one in view. */
  open(turn = null) {
    const chosen = touchedWords(this.#pane);
    const at = turn ?? this.#pane.querySelector(".turn.is-now") ?? this.#firstInView() ?? this.#transcript.nowTurn;
    const words = chosen.length && (!turn || chosen[0].closest(".turn") === turn) ? chosen : wordsOf(at);
    const [from, until] = words.length ? [words[0].closest(".turn"), words.at(-1).closest(".turn")] : [at, at];
    if (!from?.querySelector("[data-correct]")) return;
    const read = words.map((word) => word.textContent.trim()).join(" ");
    this.#fill({ from, until, read, first: words.length ? wordsOf(from).indexOf(words[0]) : 0, last: wordsOf(until).indexOf(words.at(-1)) });
    this.#dialog.showModal();
    const field = this.#form.elements.words;
    if (from === until) field.select();
    else this.#form.querySelector("[value=agent]").focus();
  }

  #fill({ from, until, read, first, last }) {
    const fields = this.#form.elements;
    this.#form.action = from.querySelector("[data-correct]").href.split("?")[0];
    Object.assign(fields.first, { value: first });
    Object.assign(fields.last, { value: last });
    Object.assign(fields.until, { value: until.id.replace("turn-", "") });
    Object.assign(fields.read, { value: read });
    fields.words.value = read;
    fields.reason.value = "";
    this.#form.querySelector(".correct-words").hidden = from !== until;
    this.#dialog.querySelector("[data-correct-who]").textContent = from.querySelector(".turn-speaker").firstChild.textContent.trim();
    this.#dialog.querySelector("[data-correct-read]").textContent = read;
    const start = this.#pane.querySelectorAll(`#${from.id} .word`)[first]?.dataset.start ?? from.dataset.start;
    const hear = this.#dialog.querySelector("[data-correct-hear]");
    hear.hidden = !this.#player;
    hear.dataset.at = start;
    hear.querySelector("[data-correct-time]").textContent = clock(Number(start));
  }

  #hear() {
    const hear = this.#dialog.querySelector("[data-correct-hear]");
    hear.addEventListener("click", () => {
      this.#player.seek(Number(hear.dataset.at));
      document.getElementById("audio").play().catch(() => undefined);
    });
  }

  // What is typed elsewhere on the page is kept before the page loads anew.
  async #send(event) {
    if (this.#ready || !this.#before) return;
    event.preventDefault();
    await this.#before();
    this.#ready = true;
    // A browser takes no second submission while it still tells of the first.
    setTimeout(() => this.#form.requestSubmit(event.submitter));
  }

  #firstInView() {
    const top = Math.max(0, this.#pane.getBoundingClientRect().top);
    return [...this.#pane.querySelectorAll(".turn")].find((turn) => turn.getBoundingClientRect().top >= top - 1) ?? null;
  }
}

function wordsOf(turn) {
  return turn ? [...turn.querySelectorAll(".word")] : [];
}

/** Let the transcript be corrected where the reader may; `before` is waited for before a correction is sent. */
export function startEditing(page, { transcript, player, before = null }) {
  const dialog = document.getElementById("correcting");
  if (dialog) new Editing(page, dialog, { transcript, player, before }).start();
}
