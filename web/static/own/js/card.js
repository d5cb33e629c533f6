// The scorecard on the desk: its sentences, its criteria, and which of them is active.

const desk = document.getElementById("desk");

/** Return a sentence the page brought along in its reader's language, its {fields} filled in. */
export function say(name, values = {}) {
  return desk.dataset[`say${name}`].replace(/\{(\w+)\}/g, (_, field) => String(values[field] ?? ""));
}

/** The criteria that are asked now, in the order of the card. */
export function criteria() {
  return [...desk.querySelectorAll(".criterion:not([hidden])")];
}

/** The criterion the keys work on: the active one, or the first. */
export function activeCriterion() {
  return desk.querySelector(".criterion.is-active:not([hidden])") ?? criteria()[0] ?? null;
}

/** Make a criterion the active one. */
export function activate(criterion) {
  for (const other of desk.querySelectorAll(".criterion.is-active")) {
    if (other !== criterion) other.classList.remove("is-active");
  }
  criterion?.classList.add("is-active");
}
