// Drafts save themselves: on this computer as somebody types, and on the server, by one window at a time.

import { say } from "./card.js";
import { Clashes } from "./clashes.js";
import { draftName, dropCopy, keepCopy, orphans } from "./copies.js";
import { put, same, send, valuesOf } from "./fields.js";
import { Progress } from "./progress.js";
import { Windows } from "./windows.js";

const QUIET_MS = 1200;
const COPY_MS = 300;
const RETRY_MS = 2000;
const LONGEST_RETRY_MS = 60_000;
const SUMMARY = "/summary";

class Drafts {
  #desk;
  #form;
  #url;
  #name;
  #changed;
  #clashes;
  #windows = null;
  #progress;
  #timer = 0;
  #copyTimer = 0;
  #dirty = false;
  #saving = null;
  #retries = 0;
  #submitting = false;
  #submitted = false;
  // Why nothing is sent now: another window saves, or what is stored is newer.
  #held = "";
  // Send so that the server puts both together.
  #merge = false;
  // What was sent without an answer: the server may have it.
  #unanswered = [];
  #orphans = [];
  #puttingBack = false;

  constructor(desk, changed) {
    this.#desk = desk;
    this.#form = desk.querySelector("form");
    this.#url = desk.dataset.draftUrl;
    this.#name = draftName(desk.dataset.user, desk.dataset.evaluation);
    this.#changed = changed;
    this.#clashes = new Clashes(desk, changed);
    this.#progress = new Progress(desk);
  }

  start() {
    this.#clashes.start();
    for (const name of ["input", "change"]) {
      this.#form.addEventListener(name, (event) => {
        // Only what has a name is part of the draft; the player's controls and the finder are not.
        if (event.target.name) this.#touch();
      });
    }
    this.#form.addEventListener("submit", (event) => this.#sent(event));
    this.#desk.querySelector("[data-note-carry] button").addEventListener("click", () => this.#carryOn());
    addEventListener("online", () => this.#dirty && this.save());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.#keep();
      else if (this.#retries) this.save();
    });
    addEventListener("beforeunload", (event) => {
      if (this.#unsent && !this.#submitted && !this.#keep()) event.preventDefault();
    });
    addEventListener("pagehide", () => this.#leave());
    // Who signs out takes everything along; no copy is written on the way.
    document.addEventListener("signout", () => (this.#submitted = true));
    if (!this.#url) return;
    this.#meet();
    // What came back from the server as it was typed is stored nowhere yet.
    if (this.#desk.dataset.unsaved !== undefined) this.#touch();
  }

  /** Send the draft now; one at a time, the last state wins. True when the server has all of it. */
  async save() {
    clearTimeout(this.#timer);
    // Where there is no draft, as in a correction, nothing is kept before it is submitted.
    if (this.#submitted || !this.#url) return true;
    if (this.#held) {
      const kept = this.#keep();
      this.#progress.hold(this.#held, { carry: true });
      if (this.#unsent && !kept) this.#progress.show("NoRoom");
      return false;
    }
    while (this.#saving) await this.#saving;
    this.#saving = this.#send();
    const done = await this.#saving;
    this.#saving = null;
    if (done) this.#putBack();
    return done;
  }

  // Find the other windows, and what windows that are gone left on this computer.
  async #meet() {
    this.#windows = new Windows(this.#name, {
      left: async () => {
        if (this.#dirty || this.#saving) await this.save();
        this.#hold("Moved");
      },
      freed: () => ["OtherWindow", "Moved"].includes(this.#held) && this.#carryOn(),
    });
    const others = await this.#windows.join();
    if (this.#windows.resting) this.#hold("OtherWindow");
    this.#orphans = orphans(this.#name, [...others, this.#windows.id]);
    await this.#putBack();
  }

  async #putBack() {
    if (this.#puttingBack) return;
    this.#puttingBack = true;
    while (this.#orphans.length && !this.#unsent) {
      const { id, values } = this.#orphans.shift();
      put(this.#form, values);
      this.#changed();
      this.#touch();
      this.#merge = true;
      if (this.#keep()) dropCopy(this.#name, id);
      if (!this.#held) this.#progress.tell(say("Restored"));
      if (await this.save()) dropCopy(this.#name, id);
    }
    this.#puttingBack = false;
  }

  // What is not chosen yet is typed here and nowhere else.
  get #unsent() {
    return this.#dirty || this.#clashes.open.length > 0;
  }

  #touch() {
    this.#dirty = true;
    this.#progress.unsaved();
    if (!this.#url) return;
    clearTimeout(this.#timer);
    clearTimeout(this.#copyTimer);
    this.#copyTimer = setTimeout(() => this.#keep(), COPY_MS);
    this.#timer = setTimeout(() => this.save(), QUIET_MS);
  }

  /** Copy what is typed to this computer; true when it is there. */
  #keep() {
    clearTimeout(this.#copyTimer);
    if (!this.#windows || !this.#unsent || this.#submitted) return false;
    return keepCopy(this.#name, this.#windows.id, { url: this.#url, values: valuesOf(this.#form) });
  }

  #drop() {
    clearTimeout(this.#copyTimer);
    if (this.#windows) dropCopy(this.#name, this.#windows.id);
  }

  // The copy stays until a page hears that the server has it.
  #leave() {
    if (!this.#unsent || this.#submitted || !this.#url) return;
    this.#keep();
    if (!this.#held) send(this.#url, this.#values(), { token: this.#token, keepalive: true });
  }

  get #token() {
    return this.#form.elements.csrf_token.value;
  }

  #values() {
    const values = valuesOf(this.#form);
    if (this.#merge || this.#unanswered.length) values.set("merge", "1");
    return values;
  }

  async #send() {
    this.#progress.show("Saving");
    this.#keep();
    this.#dirty = false;
    const posted = this.#values();
    const { ok, status, lost, signedOut, told } = await send(this.#url, posted, { token: this.#token });
    if (ok) {
      this.#take(told, posted);
      return !this.#dirty;
    }
    this.#dirty = true;
    const kept = this.#keep();
    if (lost) {
      this.#unanswered = [...this.#unanswered.slice(-9), posted];
      this.#again(kept ? "Offline" : "NoRoom");
    } else if (signedOut) {
      this.#progress.hold("SignedOut", { open: true });
    } else if (status === 429 || (told.stale && posted.has("merge"))) {
      // Too many at once, or somebody saved in the meantime of this very message.
      this.#again("Unsaved");
    } else if (told.stale) {
      this.#hold("Elsewhere");
    } else {
      // What was submitted or closed takes no more drafts; anything else may be mended and sent again.
      if (status === 409) this.#drop();
      this.#progress.refuse(told.error);
    }
    return false;
  }

  #again(sentence) {
    this.#progress.show(sentence);
    const wait = Math.min(LONGEST_RETRY_MS, RETRY_MS * 2 ** this.#retries) * (0.75 + Math.random() / 2);
    this.#retries += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.save(), wait);
  }

  // The server has it: stand over its state, and show what it knows that this page does not.
  #take(told, posted) {
    const now = valuesOf(this.#form);
    const before = JSON.parse(this.#form.elements.base.value || "{}");
    const base = told.base;
    const taken = [];
    for (const { key, fields } of told.taken) {
      const names = Object.keys(fields);
      if (same(now, posted, names)) {
        put(this.#form, new Map(Object.entries(fields)), new Set(names));
        taken.push(key);
      } else {
        // Typed on meanwhile: then it is a question, and the next message asks it.
        if (before[key]) base[key] = before[key];
        else delete base[key];
        this.#dirty = true;
      }
    }
    this.#form.elements.revision.value = told.revision;
    this.#form.elements.base.value = JSON.stringify(base);
    this.#clashes.settle(Object.keys(told.clashes));
    this.#ask(told.clashes);
    this.#retries = 0;
    this.#merge = false;
    this.#unanswered = [];
    this.#progress.saved(told);
    if (taken.length) {
      this.#changed();
      this.#progress.tell(say("Taken", { parts: this.#parts(taken) }));
    }
    if (this.#clashes.open.length) this.#progress.tell(say("Choose", { parts: this.#parts(this.#clashes.open) }));
    if (this.#unsent) this.#keep();
    else this.#drop();
    if (this.#dirty) this.#touch();
  }

  #ask(clashes) {
    for (const [key, markup] of Object.entries(clashes)) {
      const stored = this.#clashes.storedIn(markup);
      // What this very window sent without hearing back is no other's.
      const own = this.#unanswered.some((sent) => same(sent, stored, [...stored.keys()]));
      this.#clashes.show(key, markup);
      if (own) this.#clashes.keepHere(key);
      this.#dirty ||= own;
    }
  }

  #parts(keys) {
    return keys
      .map((key) => (key === SUMMARY ? say("Summary") : this.#desk.querySelector(`#criterion-${CSS.escape(key)}`).dataset.number))
      .join(", ");
  }

  #hold(why) {
    this.#held = why;
    this.#progress.hold(why, { carry: true });
  }

  async #carryOn() {
    await this.#windows.carryOn();
    this.#held = "";
    this.#progress.release();
    this.#merge = true;
    await this.save();
  }

  async #sent(event) {
    const { submitter } = event;
    if (submitter?.dataset.save !== undefined) {
      event.preventDefault();
      this.save();
    } else if (submitter?.hasAttribute("formaction")) {
      this.#keep();
    } else {
      event.preventDefault();
      if (this.#submitting) return;
      this.#submitting = true;
      await this.#submit();
      this.#submitting = false;
    }
  }

  // Asked by message first: a browser without a connection would show its own page and lose this one.
  async #submit() {
    clearTimeout(this.#timer);
    while (this.#saving) await this.#saving;
    if ((this.#dirty || this.#held) && !(await this.save())) {
      if (this.#retries) this.#progress.show("NotSubmitted");
      return;
    }
    if (this.#clashes.open.length) {
      this.#clashes.focus();
      return;
    }
    this.#progress.show("Submitting");
    const { ok, lost, signedOut, told } = await send(this.#form.action, valuesOf(this.#form), { token: this.#token });
    if (lost) {
      this.#progress.show("NotSubmitted");
    } else if (signedOut) {
      this.#dirty = true;
      this.#keep();
      this.#progress.hold("SignedOut", { open: true });
    } else {
      this.#submitted = true;
      this.#drop();
      if (ok) location.assign(told.next);
      // The page that says what is still needed.
      else this.#form.submit();
    }
  }
}

/** Save the form by itself; `changed` is called after something else than the reader's hand changed it. */
export function startDrafts(desk, { changed }) {
  const drafts = new Drafts(desk, changed);
  drafts.start();
  return drafts;
}
