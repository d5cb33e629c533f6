// Several files at once: each is sent by itself with its own progress; one that is refused stops no other. The two files of a
// call with one party each (x-in.wav, x-out.wav) go together, so that they are known for a pair.
//
// The form: data-upload, an <input type="file" multiple>, a <ul class="upload-list">, and data-say-waiting, data-say-sending
// ("{percent}"), data-say-failed. Its action takes one file with the other fields and answers with the HTML of what became of it
// (with hx-get and hx-trigger in it where a job goes on), whatever the status.

const AT_ONCE = 2;
const COUPLES = [["in", "out"], ["r", "t"], ["rx", "tx"], ["left", "right"]];

function fill(pattern, values) {
  return pattern.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/** The name of the other file of a pair, in lower case, or nothing where a name does not end as a pair's does. */
function counterpart(name) {
  const [, stem, mark, word, suffix] = name.toLowerCase().match(/^(.+)([-_. ])([a-z]+)(\.[^.]*)$/) ?? [];
  const couple = COUPLES.find((words) => words.includes(word));
  return couple && `${stem}${mark}${couple.find((other) => other !== word)}${suffix}`;
}

/** The files in order, each in a list of its own or with the other file of its pair. */
export function together(files) {
  const left = new Map([...files].map((file) => [file, counterpart(file.name)]));
  const groups = [];
  for (const [file, other] of left) {
    const beside = other && [...left.keys()].find((one) => one !== file && one.name.toLowerCase() === other);
    if (beside) left.delete(beside);
    groups.push(beside ? [file, beside] : [file]);
  }
  return groups;
}

class Upload {
  #form;
  #input;
  #list;
  #queue = [];
  #running = 0;

  constructor(form) {
    this.#form = form;
    this.#input = form.querySelector("input[type=file]");
    this.#list = form.querySelector(".upload-list") ?? document.querySelector(".upload-list");
  }

  start() {
    this.#form.addEventListener("submit", (event) => {
      if (!this.#input.files.length) return;
      event.preventDefault();
      this.#add(this.#input.files);
      this.#input.value = "";
    });
    const drop = this.#form.querySelector(".drop");
    for (const name of ["dragenter", "dragover"]) {
      drop?.addEventListener(name, (event) => {
        event.preventDefault();
        drop.dataset.over = "";
      });
    }
    for (const name of ["dragleave", "drop"]) drop?.addEventListener(name, () => delete drop.dataset.over);
    drop?.addEventListener("drop", (event) => {
      event.preventDefault();
      if (event.dataTransfer.files.length) this.#add(event.dataTransfer.files);
    });
    addEventListener("beforeunload", (event) => {
      if (this.#running) event.preventDefault();
    });
  }

  #add(files) {
    for (const group of together(files)) {
      const name = group.map((file) => file.name).join(" + ");
      this.#queue.push({ group, line: this.#line(name), fields: new FormData(this.#form) });
    }
    while (this.#running < AT_ONCE && this.#queue.length) this.#next();
  }

  #line(shown) {
    const line = document.createElement("li");
    const name = document.createElement("span");
    const state = document.createElement("span");
    const bar = document.createElement("progress");
    name.className = "upload-name";
    name.textContent = shown;
    state.className = "upload-state";
    state.textContent = this.#form.dataset.sayWaiting;
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("aria-label", shown);
    line.append(name, state, bar);
    this.#list.append(line);
    return line;
  }

  #next() {
    const { group, line, fields } = this.#queue.shift();
    this.#running += 1;
    fields.delete(this.#input.name);
    for (const file of group) fields.append(this.#input.name, file, file.name);
    const request = new XMLHttpRequest();
    const state = line.querySelector(".upload-state");
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      const percent = total ? Math.round((100 * loaded) / total) : 0;
      line.querySelector("progress").value = percent;
      state.textContent = fill(this.#form.dataset.saySending, { percent });
    });
    request.addEventListener("loadend", () => {
      this.#running -= 1;
      line.querySelector("progress")?.remove();
      if (request.status && request.responseText) {
        state.innerHTML = request.responseText;
        window.htmx?.process(state);
      } else {
        state.textContent = this.#form.dataset.sayFailed;
      }
      if (this.#queue.length) this.#next();
    });
    request.open("POST", this.#form.action);
    request.setRequestHeader("X-Upload", "one");
    request.send(fields);
  }
}

for (const form of document.querySelectorAll("form[data-upload]")) new Upload(form).start();
