// What was changed in two places, side by side: choosing a side puts it into the form, and the other stays to go back to.

import { put, valuesOf } from "./fields.js";

export class Clashes {
  #desk;
  #form;
  #changed;

  constructor(desk, changed) {
    this.#desk = desk;
    this.#form = desk.querySelector("form");
    this.#changed = changed;
  }

  start() {
    this.#form.addEventListener("change", (event) => {
      const block = event.target.closest("[data-clash]");
      if (block) this.#choose(block, event.target.value);
    });
  }

  /** What nobody has chosen yet, as keys. */
  get open() {
    return this.#blocks().filter((block) => !block.querySelector("input:checked")).map((block) => block.dataset.clash);
  }

  /** Show the two sides that the server names; one that somebody is choosing from stays as it is. */
  show(key, markup) {
    const place = this.#desk.querySelector(`[data-clash-place="${CSS.escape(key)}"]`);
    const made = document.createElement("template");
    made.innerHTML = markup;
    const block = made.content.querySelector("[data-clash]");
    const there = place.querySelector("[data-clash]");
    if (there?.contains(document.activeElement) && there.dataset.stored === block.dataset.stored) return;
    place.replaceChildren(block);
  }

  /** The fields of the stored side, by their names. */
  storedIn(markup) {
    const made = document.createElement("template");
    made.innerHTML = markup;
    return new Map(Object.entries(JSON.parse(made.content.querySelector("[data-clash]").dataset.stored)));
  }

  /** Take away what is no question any more, as where both came to say the same; what was chosen stays to go back to. */
  settle(keys) {
    for (const block of this.#blocks()) {
      if (!keys.includes(block.dataset.clash) && !block.querySelector("input:checked")) block.remove();
    }
  }

  /** Choose what was typed here. */
  keepHere(key) {
    this.#desk.querySelector(`[data-clash="${CSS.escape(key)}"] input[value=here]`).checked = true;
  }

  focus() {
    this.#blocks().find((block) => !block.querySelector("input:checked"))?.querySelector("input").focus();
  }

  #blocks() {
    return [...this.#desk.querySelectorAll("[data-clash]")];
  }

  #choose(block, side) {
    const names = Object.keys(JSON.parse(block.dataset[side]));
    if (side === "stored") {
      // What was typed on since the two were shown is what going back returns to.
      const typed = valuesOf(this.#form);
      block.dataset.here = JSON.stringify(Object.fromEntries(names.map((name) => [name, typed.get(name) ?? ""])));
    }
    put(this.#form, new Map(Object.entries(JSON.parse(block.dataset[side]))), new Set(names));
    this.#changed();
  }
}
