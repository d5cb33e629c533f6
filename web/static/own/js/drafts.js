// Drafts save themselves: to the server, and on this computer while there is no connection.

import { say } from "./card.js";

const QUIET_MS = 1200;
const RETRY_MS = 10_000;
const TICK_MS = 5000;

/** How long ago, in the page's language, such as "2 sec. ago". */
export function agoText(ms, language) {
  const seconds = Math.round(ms / 1000);
  const format = new Intl.RelativeTimeFormat(language, { style: "short", numeric: "auto" });
  if (seconds < 60) return format.format(-seconds, "second");
  if (seconds < 3600) return format.format(-Math.round(seconds / 60), "minute");
  return format.format(-Math.round(seconds / 3600), "hour");
}

class Drafts {
  #desk;
  #form;
  #status;
  #key;
  #changed;
  #timer = 0;
  #dirty = false;
  #saving = null;
  #savedAt = null;
  #submitted = false;

  constructor(desk, changed) {
    this.#desk = desk;
    this.#form = desk.querySelector("form");
    this.#status = desk.querySelector("#draft-status");
    this.#key = `steekproef-draft-${desk.dataset.evaluation}`;
    this.#changed = changed;
  }

  start() {
    this.#restore();
    for (const name of ["input", "change"]) {
      this.#form.addEventListener(name, (event) => {
        // Only what has a name is part of the draft; the player's controls and the finder are not.
        if (event.target.name) this.#touch();
      });
    }
    this.#form.addEventListener("submit", (event) => {
      if (event.submitter?.dataset.save !== undefined) {
        event.preventDefault();
        this.save();
        return;
      }
      this.#submit(event);
    });
    addEventListener("online", () => this.#dirty && this.save());
    addEventListener("beforeunload", (event) => {
      if (this.#dirty && !this.#submitted) event.preventDefault();
    });
    setInterval(() => this.#showAge(), TICK_MS);
  }

  /** Send the draft now; one at a time, the last state wins. */
  async save() {
    clearTimeout(this.#timer);
    if (this.#submitted) return;
    if (this.#saving) {
      await this.#saving;
      if (!this.#dirty) return;
    }
    this.#saving = this.#send();
    await this.#saving;
    this.#saving = null;
  }

  // A save under way raises the revision, so a submission waits for it.
  async #submit(event) {
    clearTimeout(this.#timer);
    if (this.#saving) {
      event.preventDefault();
      await this.#saving;
      this.#form.requestSubmit(event.submitter);
      return;
    }
    this.#submitted = true;
    localStorage.removeItem(this.#key);
  }

  #touch() {
    this.#dirty = true;
    this.#savedAt = null;
    this.#status.textContent = say("Unsaved");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.save(), QUIET_MS);
  }

  async #send() {
    this.#status.textContent = say("Saving");
    this.#dirty = false;
    let answer;
    try {
      answer = await fetch(this.#desk.dataset.draftUrl, {
        method: "POST",
        body: new FormData(this.#form),
        headers: { Accept: "application/json" },
      });
    } catch {
      this.#keepHere();
      return;
    }
    if (answer.status >= 500) {
      this.#keepHere();
      return;
    }
    const told = await answer.json().catch(() => ({}));
    if (!answer.ok) {
      this.#dirty = true;
      this.#status.textContent = told.error ?? say("Unsaved");
      return;
    }
    localStorage.removeItem(this.#key);
    this.#savedAt = Date.now();
    this.#form.elements.revision.value = told.revision;
    this.#show(told);
    if (this.#dirty) this.#status.textContent = say("Unsaved");
    else this.#showAge();
  }

  // No connection: the copy stays on this computer only until the server has it.
  #keepHere() {
    this.#dirty = true;
    const values = [...new FormData(this.#form)].filter(([name, value]) => name !== "csrf_token" && typeof value === "string");
    localStorage.setItem(this.#key, JSON.stringify(values));
    this.#status.textContent = say("Offline");
    this.#timer = setTimeout(() => this.save(), RETRY_MS);
  }

  #restore() {
    const kept = localStorage.getItem(this.#key);
    if (!kept) return;
    const values = new Map(JSON.parse(kept));
    // A copy made over an older state than the server's would undo what was done elsewhere.
    if (values.get("revision") !== this.#form.elements.revision.value) {
      localStorage.removeItem(this.#key);
      return;
    }
    for (const field of this.#form.elements) {
      if (!field.name || field.name === "csrf_token") continue;
      if (field.type === "radio") field.checked = values.get(field.name) === field.value;
      else if (values.has(field.name)) field.value = values.get(field.name);
    }
    this.#changed();
    this.#touch();
    this.#status.textContent = say("Restored");
  }

  #show({ total, sections, asked, needs }) {
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

  #showAge() {
    if (this.#savedAt === null || this.#dirty) return;
    const when = agoText(Date.now() - this.#savedAt, document.documentElement.lang);
    this.#status.textContent = say("Saved", { when });
  }
}

/** Save the form by itself; `changed` is called after a kept copy was put back. */
export function startDrafts(desk, { changed }) {
  const drafts = new Drafts(desk, changed);
  drafts.start();
  return drafts;
}
