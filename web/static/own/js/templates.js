// Comment templates on the desk: a list that is filtered by typing and put in at the caret; a comment kept as one of them.

import { activate, activeCriterion } from "./card.js";
import { saidInPassing } from "./said.js";

/** Put a text into a field at its caret, apart from the words around it; what is there stays. */
export function insertAtCaret(field, text) {
  const at = field.selectionEnd;
  const [before, after] = [field.value.slice(0, at), field.value.slice(at)];
  const apart = `${/\S$/.test(before) ? " " : ""}${text}${/^\S/.test(after) ? " " : ""}`;
  field.focus();
  field.setSelectionRange(at, at);
  // Typed instead of set, so that the browser can undo it; a browser that does not type for a page sets it.
  if (document.execCommand("insertText", false, apart)) return;
  field.setRangeText(apart, at, at, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** A text as it is compared: small letters, without accents. */
export function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}

class Templates {
  #desk;
  #dialog;
  #find;
  #list;
  #keep;
  #form;
  #entered = new WeakSet();

  constructor(desk, dialog) {
    this.#desk = desk;
    this.#dialog = dialog;
    this.#find = dialog.querySelector("#templates-find");
    this.#list = dialog.querySelector("#templates-list");
    this.#keep = desk.querySelector("#keep");
    this.#form = this.#keep.querySelector("[data-keep-form]");
  }

  start() {
    for (const tools of this.#desk.querySelectorAll("[data-template-tools]")) tools.hidden = false;
    this.#desk.addEventListener("focusin", (event) => this.#entered.add(event.target));
    this.#desk.addEventListener("click", (event) => {
      const tool = event.target.closest("[data-templates], [data-keep]");
      if (!tool) return;
      activate(tool.closest(".criterion"));
      if (tool.dataset.keep === undefined) this.open();
      else this.#openKeep();
    });
    this.#find.addEventListener("input", () => this.#filter());
    this.#find.addEventListener("keydown", (event) => this.#press(event));
    this.#list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.#put(option);
    });
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
  }

  /** Show the templates of the active criterion. */
  open() {
    const criterion = activeCriterion();
    if (!criterion) return;
    this.#dialog.querySelector("[data-of]").textContent = nameOf(criterion);
    this.#find.value = "";
    this.#filter();
    this.#dialog.showModal();
    this.#find.focus();
  }

  #shown() {
    return [...this.#list.querySelectorAll("[role=option]:not([hidden])")];
  }

  #filter() {
    const key = activeCriterion().dataset.criterion;
    const words = plain(this.#find.value).split(/\s+/).filter(Boolean);
    let here = 0;
    for (const option of this.#list.querySelectorAll("[role=option]")) {
      const fits = ["", key].includes(option.dataset.criterion);
      const text = plain(option.querySelector("[data-text]").textContent);
      here += Number(fits);
      option.hidden = !fits || !words.every((word) => text.includes(word));
    }
    const shown = this.#shown();
    this.#list.hidden = shown.length === 0;
    this.#dialog.querySelector("[data-empty]").hidden = here > 0;
    this.#dialog.querySelector("[data-none]").hidden = here === 0 || shown.length > 0;
    this.#find.setAttribute("aria-expanded", String(shown.length > 0));
    this.#choose(shown[0]);
  }

  #choose(option) {
    for (const other of this.#list.querySelectorAll("[aria-selected=true]")) other.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.#find.setAttribute("aria-activedescendant", option.id);
    else this.#find.removeAttribute("aria-activedescendant");
  }

  #press(event) {
    const shown = this.#shown();
    const at = shown.findIndex((option) => option.getAttribute("aria-selected") === "true");
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      this.#choose(shown.at(to % shown.length));
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      if (shown[at]) this.#put(shown[at]);
    }
  }

  #put(option) {
    const comment = activeCriterion().querySelector(".comment");
    const field = comment.querySelector("textarea");
    this.#dialog.close();
    comment.open = true;
    // Where nobody has been yet, the caret is not where somebody left it.
    if (!this.#entered.has(field)) field.setSelectionRange(field.value.length, field.value.length);
    insertAtCaret(field, option.querySelector("[data-text]").textContent);
    const sent = new FormData();
    sent.append("csrf_token", this.#form.elements.csrf_token.value);
    // Counted for the order of the list only; without a connection the comment is what matters.
    fetch(option.dataset.useUrl, { method: "POST", body: sent }).catch(() => null);
  }

  #openKeep() {
    const criterion = activeCriterion();
    this.#form.elements.criterion.value = criterion.dataset.criterion;
    this.#form.elements.text.value = criterion.querySelector(".comment textarea").value.trim();
    this.#tellWrong("");
    this.#keep.showModal();
    this.#form.elements.text.focus();
  }

  async #send() {
    const answer = await fetch(this.#form.action, {
      method: "POST",
      body: new FormData(this.#form),
      headers: { Accept: "application/json" },
    }).catch(() => null);
    const told = (await answer?.json().catch(() => null)) ?? { error: this.#keep.dataset.sayOffline };
    if (!told.option) {
      this.#tellWrong(told.error);
      return;
    }
    this.#list.append(new DOMParser().parseFromString(told.option, "text/html").querySelector("[role=option]"));
    this.#keep.close();
    saidInPassing(this.#desk, this.#keep.dataset.sayKept);
  }

  #tellWrong(sentence) {
    const wrong = this.#keep.querySelector("#keep-wrong");
    wrong.textContent = sentence;
    wrong.hidden = !sentence;
  }
}

function nameOf(criterion) {
  return criterion.querySelector("legend").textContent.trim();
}

/** Let templates be put into comments and kept of them; nothing where the page offers none. */
export function startTemplates(desk) {
  const dialog = desk.querySelector("#templates");
  if (!dialog) return null;
  const templates = new Templates(desk, dialog);
  templates.start();
  return templates;
}
