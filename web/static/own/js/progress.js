// What the desk says of its draft: how far the card is answered, when it was saved, and what stands in the way.

import { say } from "./card.js";

const TICK_MS = 5000;

/** How long ago, in the page's language, such as "2 sec. ago". */
export function agoText(ms, language) {
  const seconds = Math.round(ms / 1000);
  const format = new Intl.RelativeTimeFormat(language, { style: "short", numeric: "auto" });
  if (seconds < 60) return format.format(-seconds, "second");
  if (seconds < 3600) return format.format(-Math.round(seconds / 60), "minute");
  return format.format(-Math.round(seconds / 3600), "hour");
}

export class Progress {
  #desk;
  #status;
  #note;
  #savedAt = null;
  #held = false;
  #told = false;

  constructor(desk) {
    this.#desk = desk;
    this.#status = desk.querySelector("#draft-status");
    this.#note = desk.querySelector("#desk-note");
    setInterval(() => this.#showAge(), TICK_MS);
  }

  /** Say where the draft is, by the name of a sentence. */
  show(sentence) {
    this.#savedAt = null;
    this.#status.textContent = say(sentence);
  }

  /** Something was typed that is not saved. */
  unsaved() {
    this.show(this.#held ? "KeptHere" : "Unsaved");
    if (this.#told) this.release();
  }

  /** Say why the server did not take it. */
  refuse(error) {
    this.#savedAt = null;
    this.#status.textContent = error ?? say("Unsaved");
  }

  /** Say what stands in the way, with what can be done: carry on in this window, or open the page anew. */
  hold(sentence, { carry = false, open = false }) {
    this.#held = true;
    this.#write(say(sentence), { carry, open });
    this.show("KeptHere");
  }

  /** Say what happened without anybody's doing; it goes when somebody types on. */
  tell(text) {
    this.#write(text, {});
    this.#told = true;
  }

  release() {
    this.#held = this.#told = false;
    this.#write("", {});
  }

  saved(told) {
    if (this.#held) this.release();
    this.#savedAt = Date.now();
    this.#showAge();
    this.#scores(told);
  }

  #write(text, { carry, open }) {
    this.#told = false;
    const place = this.#note.querySelector("[data-note-text]");
    // Said aloud once, not at every try.
    if (place.textContent !== text) place.textContent = text;
    this.#note.querySelector("[data-note-carry]").hidden = !carry;
    this.#note.querySelector("[data-note-open]").hidden = !open;
  }

  #showAge() {
    if (this.#savedAt === null) return;
    const when = agoText(Date.now() - this.#savedAt, document.documentElement.lang);
    this.#status.textContent = say("Saved", { when });
  }

  #scores({ total, sections, asked, needs }) {
    for (const [key, { score, passed }] of Object.entries(sections ?? {})) {
      const place = this.#desk.querySelector(`[data-section="${CSS.escape(key)}"]`);
      const kind = passed === null ? "open" : passed ? "passed" : "failed";
      const state = this.#desk.querySelector(`template[data-outcome="${kind}"]`)?.content.firstElementChild.cloneNode(true);
      if (!place || !state) continue;
      state.querySelector("[data-score]").textContent = score ?? "";
      place.querySelector(".state").replaceWith(state);
    }
    if (total) this.#desk.querySelector("#answered").value = say("Answered", total);
    for (const criterion of asked ? this.#desk.querySelectorAll(".criterion") : []) {
      criterion.hidden = !asked.includes(criterion.dataset.criterion);
    }
    // What was missing at a refused submission goes away once it is there.
    for (const criterion of needs ? this.#desk.querySelectorAll(".criterion.field-wrong") : []) {
      if (needs[criterion.dataset.criterion]?.length) continue;
      criterion.classList.remove("field-wrong");
      criterion.querySelector(".criterion-needs").replaceChildren();
    }
  }
}
