// A visit on a telephone: every screen is already in the page, so that a lost connection stops nobody. What is filled in is kept
// on this phone until the server has confirmed it, piece by piece; a late message never undoes a newer answer, because every
// save carries a revision and the server keeps the highest.

import { visitName } from "./copies.js";

const QUIET_MS = 800;
const RETRY_MS = 8000;
const SKIPPED = new Set(["csrf_token", "revision"]);

function fill(pattern, values) {
  return pattern.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

class Visit {
  #root;
  #status;
  #screens;
  #key;
  #revision;
  #kept = {};
  #timer = 0;
  #sending = null;

  constructor(root) {
    this.#root = root;
    this.#status = root.querySelector("#visit-status");
    this.#screens = [...root.querySelectorAll("[data-screen]")];
    this.#key = visitName(document.documentElement.dataset.user, root.dataset.visit);
    this.#revision = Number(root.dataset.revision);
  }

  start() {
    this.#restore();
    for (const screen of this.#screens) {
      const form = screen.querySelector("[data-screen-form]");
      for (const name of ["input", "change"]) form.addEventListener(name, () => this.#touch(screen, form));
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.#leave(screen, event.submitter?.value === "back" ? -1 : 1);
      });
      this.#commentNeed(form);
    }
    for (const form of this.#root.querySelectorAll("[data-file-form]")) {
      form.addEventListener("submit", (event) => this.#sendFile(event, form));
    }
    for (const button of this.#root.querySelectorAll("[data-now]")) this.#nowButton(button);
    this.#root.querySelector("[data-to-summary]").addEventListener("click", (event) => {
      event.preventDefault();
      this.#toSummary();
    });
    addEventListener("online", () => this.#send());
    addEventListener("popstate", () => {
      const number = Number(location.pathname.split("/").pop());
      const screen = this.#screens.find((item) => Number(item.dataset.screen) === number);
      if (screen) this.#show(screen, { push: false });
    });
    if (Object.keys(this.#kept).length) this.#send();
  }

  // ── keeping ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  #touch(screen, form) {
    this.#revision += 1;
    this.#kept[screen.dataset.piece] = { revision: this.#revision, fields: this.#fields(form) };
    this.#store();
    this.#commentNeed(form);
    this.#say("sending");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#send(), QUIET_MS);
  }

  #fields(form) {
    return [...new FormData(form)].filter(([name]) => !SKIPPED.has(name));
  }

  #store() {
    if (Object.keys(this.#kept).length) localStorage.setItem(this.#key, JSON.stringify(this.#kept));
    else localStorage.removeItem(this.#key);
  }

  #restore() {
    let kept;
    try {
      kept = JSON.parse(localStorage.getItem(this.#key) ?? "{}");
    } catch {
      kept = {};
    }
    for (const screen of this.#screens) {
      const mine = kept[screen.dataset.piece];
      if (!mine) continue;
      // What the server has by now is newer than what was left here.
      if (mine.revision <= Number(screen.dataset.revision)) continue;
      this.#kept[screen.dataset.piece] = mine;
      this.#revision = Math.max(this.#revision, mine.revision);
      this.#put(screen, new Map(mine.fields));
    }
    this.#store();
  }

  #put(screen, values) {
    const form = screen.querySelector("[data-screen-form]");
    for (const field of form.elements) {
      if (!field.name || SKIPPED.has(field.name) || field.tagName === "BUTTON") continue;
      const value = values.get(field.name) ?? "";
      if (field.type === "radio" || field.type === "checkbox") field.checked = field.value === value;
      else field.value = value;
    }
    this.#commentNeed(form);
  }

  // ── sending ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Send what is kept, oldest first, one at a time; true when nothing is left. */
  async #send() {
    clearTimeout(this.#timer);
    if (this.#sending) {
      await this.#sending;
      if (!Object.keys(this.#kept).length) return true;
    }
    this.#sending = this.#sendAll();
    const done = await this.#sending;
    this.#sending = null;
    return done;
  }

  async #sendAll() {
    const waiting = Object.entries(this.#kept).sort(([, one], [, other]) => one.revision - other.revision);
    if (!waiting.length) return true;
    this.#say("sending");
    let refused = false;
    for (const [piece] of waiting) {
      const mine = this.#kept[piece];
      const outcome = await this.#sendOne(piece, mine);
      if (outcome === "lost") {
        this.#say("here");
        this.#timer = setTimeout(() => this.#send(), RETRY_MS);
        return false;
      }
      if (outcome === "sign-in") {
        this.#say("sign-in");
        return false;
      }
      if (outcome === "refused") {
        refused = true;
        continue;
      }
      // Typed on while it was under way: the newer state stays and goes next.
      if (this.#kept[piece]?.revision === mine.revision) delete this.#kept[piece];
      this.#store();
    }
    if (refused) this.#say("refused");
    else if (!Object.keys(this.#kept).length) this.#say("saved");
    else this.#timer = setTimeout(() => this.#send(), QUIET_MS);
    return !Object.keys(this.#kept).length;
  }

  async #sendOne(piece, { revision, fields }) {
    const screen = this.#screens.find((item) => item.dataset.piece === piece);
    const form = screen.querySelector("[data-screen-form]");
    const body = new FormData();
    for (const [name, value] of fields) body.append(name, value);
    body.set("csrf_token", form.elements.csrf_token.value);
    body.set("revision", String(revision));
    let answer;
    try {
      answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    } catch {
      return "lost";
    }
    if (answer.status >= 500) return "lost";
    const told = await answer.json().catch(() => ({}));
    if (told.revision === undefined) {
      if (answer.status === 409) {
        // Handed in meanwhile: nothing here counts any more.
        this.#kept = {};
        this.#store();
        location.assign(this.#root.dataset.summary);
        return "refused";
      }
      return "sign-in";
    }
    this.#revision = Math.max(this.#revision, told.revision);
    screen.dataset.revision = String(revision);
    this.#askOnly(told.asked);
    this.#errors(screen, answer.ok ? [] : [told.error]);
    if (told.newer) {
      this.#put(screen, new Map(Object.entries(told.newer)));
      return "saved";
    }
    return answer.ok ? "saved" : "refused";
  }

  async #sendFile(event, form) {
    event.preventDefault();
    const input = form.elements.file;
    if (!input.files.length) {
      input.focus();
      return;
    }
    const screen = form.closest("[data-screen]");
    const button = event.submitter;
    button.disabled = true;
    this.#status.textContent = this.#root.dataset.sayFileSending;
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        headers: { Accept: "application/json" },
      });
      const told = await answer.json().catch(() => ({}));
      if (answer.ok) {
        location.assign(screen.querySelector("[data-screen-form]").action);
        return;
      }
      this.#errors(screen, told.errors ?? [told.error]);
      this.#status.textContent = "";
    } catch {
      this.#errors(screen, []);
      this.#status.textContent = this.#root.dataset.sayFileWaits;
      addEventListener("online", () => form.requestSubmit(button), { once: true });
    }
    button.disabled = false;
  }

  // ── showing ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  #leave(screen, step) {
    this.#send();
    let at = this.#screens.indexOf(screen) + step;
    while (this.#screens[at]?.dataset.asked === "no") at += step;
    if (this.#screens[at]) this.#show(this.#screens[at], { push: true });
    else if (step > 0) this.#toSummary();
  }

  #show(screen, { push }) {
    for (const item of this.#screens) item.hidden = item !== screen;
    const asked = this.#screens.filter((item) => item.dataset.asked !== "no");
    const place = asked.indexOf(screen) + 1;
    this.#root.querySelector("#visit-place").textContent = fill(this.#root.dataset.sayPlace, { place, total: asked.length });
    Object.assign(this.#root.querySelector("progress"), { max: asked.length, value: place });
    const title = screen.querySelector("h1");
    document.title = `${title.textContent} · Steekproef`;
    if (push) history.pushState(null, "", screen.querySelector("[data-screen-form]").action);
    scrollTo(0, 0);
    title.focus();
  }

  async #toSummary() {
    if (await this.#send()) {
      // Asked first, because a browser without a connection would show its own page and lose this one.
      const reachable = await fetch(this.#root.dataset.summary, { method: "HEAD" }).then(() => true, () => false);
      if (reachable) {
        location.assign(this.#root.dataset.summary);
        return;
      }
    }
    if (this.#status.dataset.state === "refused" || this.#status.dataset.state === "sign-in") return;
    this.#say("here");
    const screen = this.#screens.find((item) => !item.hidden);
    this.#errors(screen, [this.#root.dataset.sayWaiting]);
  }

  #askOnly(numbers) {
    for (const item of this.#screens) item.dataset.asked = numbers.includes(Number(item.dataset.screen)) ? "yes" : "no";
  }

  #errors(screen, texts) {
    const place = screen.querySelector(".screen-errors");
    place.replaceChildren(
      ...texts.filter(Boolean).map((text) => {
        const line = document.createElement("p");
        line.className = "field-error";
        line.textContent = text;
        return line;
      }),
    );
  }

  // The explanation is marked as optional only while the chosen answer needs none.
  #commentNeed(form) {
    const word = form.querySelector("[data-comment-optional]");
    if (word) word.hidden = Boolean(form.querySelector("input:checked[data-wants-comment]"));
  }

  #nowButton(button) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const now = new Date();
      const field = this.#root.querySelector(`#${CSS.escape(button.dataset.now)}`);
      field.value = new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }

  #say(state) {
    const words = { saved: "saySaved", sending: "saySending", here: "sayHere", refused: "sayRefused", "sign-in": "saySignIn" };
    this.#status.dataset.state = state === "sign-in" ? "here" : state;
    this.#status.textContent = this.#root.dataset[words[state]];
  }
}

const root = document.querySelector("#visit");
if (root) new Visit(root).start();
