// A table that is chosen is looked at before it is taken in: its columns are shown, and can be corrected.
//
// The input: data-columns (the kind), data-columns-url; an element with data-columns-shown in the same form takes the answer. The
// names of the selects in it are sent along with every file of the form.

const TABLE = /\.(csv|tsv)$/i;

async function look(input) {
  const shown = input.form.querySelector("[data-columns-shown]");
  const table = [...input.files].find((file) => TABLE.test(file.name));
  shown.replaceChildren();
  if (!table) return;
  const asked = new FormData();
  asked.append("csrf_token", input.form.elements.csrf_token.value);
  asked.append("kind", input.dataset.columns);
  asked.append("source", input.form.elements.source.value);
  asked.append("table", table, table.name);
  const answer = await fetch(input.dataset.columnsUrl, { method: "POST", body: asked }).catch(() => null);
  const stillChosen = [...input.files].includes(table);
  if (!answer || !stillChosen || !(answer.ok || answer.status === 422)) return;
  shown.innerHTML = await answer.text();
}

for (const input of document.querySelectorAll("input[data-columns]")) {
  input.addEventListener("change", () => look(input));
  input.form.elements.source.addEventListener("change", () => look(input));
}
