// Several files at once: each is sent by itself with its own progress; one that is refused stops no other.
//
// The form: data-upload, an <input type="file" multiple>, a <ul class="upload-list">, and data-say-waiting, data-say-sending
// ("{percent}"), data-say-failed. Its action takes one file with the other fields and answers with the HTML of what became of it
// (with hx-get and hx-trigger in it where a job goes on), whatever the status.

const AT_ONCE = 2;

function fill(pattern, values) {
  return pattern.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
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
    for (const file of files) {
      this.#queue.push({ file, line: this.#line(file), fields: new FormData(this.#form) });
    }
    while (this.#running < AT_ONCE && this.#queue.length) this.#next();
  }

  #line(file) {
    const line = document.createElement("li");
    const name = document.createElement("span");
    const state = document.createElement("span");
    const bar = document.createElement("progress");
    name.className = "upload-name";
    name.textContent = file.name;
    state.className = "upload-state";
    state.textContent = this.#form.dataset.sayWaiting;
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    line.append(name, state, bar);
    this.#list.append(line);
    return line;
  }

  #next() {
    const { file, line, fields } = this.#queue.shift();
    this.#running += 1;
    fields.delete(this.#input.name);
    fields.append(this.#input.name, file, file.name);
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
