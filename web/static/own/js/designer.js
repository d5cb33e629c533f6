// The designer of scorecards: checks while one types, drags rows, keeps the place, warns before unsaved work is left.
// Everything here is also there without a script: buttons move rows, saving checks.

import { isTyping } from "./shortcuts.js";

const form = document.getElementById("designer");

const CHECK_AFTER_MS = 700;

/** Return a sentence the page brought along, its {fields} filled in. */
function say(name, values = {}) {
  return form.dataset[`say${name}`].replace(/\{(\w+)\}/g, (_, field) => String(values[field] ?? ""));
}

/** Open what a place lies in, and go there. */
function goTo(id) {
  const target = id && document.getElementById(id);
  if (!target) return;
  for (let around = target; around; around = around.parentElement) {
    if (around.tagName === "DETAILS") around.open = true;
  }
  const isRow = target.classList.contains("design-row");
  const details = isRow && target.querySelector("details");
  if (details) details.open = true;
  (isRow ? target.querySelector(".design-line") : target).focus();
  target.scrollIntoView({ block: "nearest" });
}

class Checker {
  #timer = 0;
  #round = 0;

  /** Check a moment after the last key. */
  soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#check(), CHECK_AFTER_MS);
  }

  async #check() {
    const round = ++this.#round;
    const state = document.getElementById("draft-state");
    try {
      const answer = await fetch(form.dataset.checkUrl, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: { Accept: "application/json" },
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const { problems } = await answer.json();
      // A slower answer to an older question says nothing any more.
      if (round === this.#round) this.#show(problems);
      state.textContent = say("Unsaved");
    } catch {
      state.textContent = say("Offline");
    }
  }

  #show(problems) {
    for (const old of form.querySelectorAll("[data-error]")) old.remove();
    for (const field of form.querySelectorAll("[aria-invalid]")) {
      field.removeAttribute("aria-invalid");
      field.removeAttribute("aria-describedby");
    }
    const rows = new Map();
    const parts = new Map();
    for (const problem of problems) {
      parts.set(problem.part, (parts.get(problem.part) ?? 0) + 1);
      if (problem.part !== form.dataset.part) continue;
      const row = problem.field.split("-").slice(0, 2).join("-");
      rows.set(row, (rows.get(row) ?? 0) + 1);
      this.#place(problem);
    }
    for (const count of form.querySelectorAll("[data-wrong-of]")) this.#count(count, rows.get(count.dataset.wrongOf));
    for (const count of form.querySelectorAll("[data-wrong-of-part]")) {
      this.#count(count, parts.get(count.dataset.wrongOfPart));
    }
    this.#list(problems);
  }

  #place({ field, sentence }) {
    const target = document.getElementById(field);
    if (!target) return;
    const told = document.createElement("p");
    told.className = "field-error small";
    told.dataset.error = field;
    told.id = `${field}-error-${form.querySelectorAll(`[data-error="${CSS.escape(field)}"]`).length + 1}`;
    told.textContent = sentence;
    if (target.matches("input, select, textarea")) {
      target.before(told);
      target.setAttribute("aria-invalid", "true");
      target.setAttribute("aria-describedby", told.id);
    } else if (target.matches("ol")) target.before(told);
    else target.querySelector("legend")?.after(told);
  }

  #count(place, n) {
    place.textContent = n ? say("Wrong", { n }) : "";
  }

  #list(problems) {
    document.getElementById("nothing-wrong").hidden = problems.length > 0;
    const list = document.getElementById("problems");
    list.replaceChildren(
      ...problems.map(({ part, field, sentence }) => {
        const button = document.createElement("button");
        button.className = "problem";
        button.type = "submit";
        button.name = "do";
        button.value = `open:${part}:${field}`;
        const where = document.createElement("span");
        where.className = "soft";
        where.textContent = form.querySelector(`.part-open[value="open:${part}"] span`)?.textContent ?? "";
        button.append(where, ` ${sentence}`);
        const item = document.createElement("li");
        item.append(button);
        return item;
      }),
    );
  }
}

/** Rows that are dragged by their grip land where they are dropped; the server puts them there. */
function startDragging() {
  let dragged = null;
  for (const grip of form.querySelectorAll(".grip")) {
    grip.hidden = false;
    const row = grip.closest("[data-place]");
    grip.addEventListener("dragstart", (event) => {
      dragged = row;
      row.dataset.dragged = "";
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setDragImage(row, 0, 0);
      event.dataTransfer.setData("text/plain", row.id);
    });
    grip.addEventListener("dragend", () => {
      delete row.dataset.dragged;
      dragged = null;
      for (const marked of form.querySelectorAll("[data-over]")) delete marked.dataset.over;
    });
  }
  for (const row of form.querySelectorAll("[data-place]")) {
    const belongs = () => dragged && dragged !== row && dragged.parentElement === row.parentElement;
    row.addEventListener("dragover", (event) => {
      if (!belongs()) return;
      event.preventDefault();
      row.dataset.over = Number(dragged.dataset.place) < Number(row.dataset.place) ? "below" : "above";
    });
    row.addEventListener("dragleave", () => delete row.dataset.over);
    row.addEventListener("drop", (event) => {
      if (!belongs()) return;
      event.preventDefault();
      press(`place:${row.parentElement.dataset.list}:${dragged.dataset.place}:${row.dataset.place}`);
    });
  }
}

/** Send the form as if a button of that value had been pressed. */
function press(value) {
  const button = document.createElement("button");
  button.type = "submit";
  button.name = "do";
  button.value = value;
  button.hidden = true;
  form.append(button);
  form.requestSubmit(button);
}

/** Ctrl+Z and Ctrl+Shift+Z press the buttons; while one types they are the browser's own. */
function turnByKeys(event) {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || isTyping(event) || document.querySelector("dialog[open]")) return;
  const key = event.key.toLowerCase();
  const verb = key === "y" || (key === "z" && event.shiftKey) ? "redo" : key === "z" ? "undo" : "";
  if (!verb) return;
  event.preventDefault();
  document.getElementById(verb).click();
}

function start() {
  const checker = new Checker();
  let unsaved = Boolean(form.querySelector("[data-focus-first]"));
  form.addEventListener("input", () => {
    unsaved = true;
    document.getElementById("draft-state").textContent = say("Unsaved");
    checker.soon();
  });
  form.addEventListener("change", (event) => {
    // Another kind of answer or another condition has other fields: the server shows them.
    if (event.target.matches("[data-applies]")) press("apply");
  });
  form.addEventListener("click", (event) => {
    // What is wrong in the open part is gone to at once; for another part the server opens that.
    const [, part, field] = event.target.closest(".problem")?.value.split(":") ?? [];
    if (part !== form.dataset.part || !document.getElementById(field)) return;
    event.preventDefault();
    goTo(field);
  });
  form.addEventListener("focusin", (event) => {
    if (event.target.id && event.target.matches("input, select, textarea")) form.elements.focused.value = event.target.id;
  });
  form.addEventListener("submit", (event) => {
    const question = event.submitter?.dataset.confirm;
    if (question && !confirm(question)) {
      event.preventDefault();
      return;
    }
    // A second press while the first is on its way would only be told that it came too late.
    if (form.dataset.sent !== undefined) event.preventDefault();
    form.dataset.sent = "";
    unsaved = false;
  });
  addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });
  document.addEventListener("keydown", turnByKeys);
  addEventListener("pageshow", () => delete form.dataset.sent);
  startDragging();
  goTo(location.hash.slice(1));
  form.dataset.live = "";
}

if (form) start();

for (const other of document.querySelectorAll("form[data-confirm]")) {
  other.addEventListener("submit", (event) => {
    if (!confirm(other.dataset.confirm)) event.preventDefault();
  });
}
