// The fields of a draft's form as values, and back.

const NOT_TYPED = new Set(["csrf_token"]);

/** What the form holds, by the names of its fields. */
export function valuesOf(form) {
  return new Map([...new FormData(form)].filter(([name, value]) => !NOT_TYPED.has(name) && typeof value === "string"));
}

/** Put values into the form: into every field, or into those of `names`; a choice without a value is taken back. */
export function put(form, values, names = null) {
  for (const field of form.elements) {
    if (!field.name || NOT_TYPED.has(field.name) || (names && !names.has(field.name))) continue;
    const value = values.get(field.name);
    if (field.type === "radio" || field.type === "checkbox") field.checked = value === field.value;
    else if (value !== undefined) field.value = value;
    const details = value && field.closest("details");
    if (details) details.open = true;
  }
}

/** Whether the fields of `names` hold the same in both; ends of lines are written in two ways, and JSON with or without spaces. */
export function same(one, other, names) {
  return names.every((name) => written(one.get(name)) === written(other.get(name)));
}

function written(value = "") {
  const text = value.replaceAll("\r\n", "\n").trim();
  return text.startsWith("[{") ? JSON.stringify(JSON.parse(text)) : text;
}

/** Send values as a form; `lost` when nothing came back, `signedOut` when this page is nobody's any more. */
export async function send(url, values, { token, keepalive = false } = {}) {
  const body = new FormData();
  for (const [name, value] of values) body.set(name, value);
  body.set("csrf_token", token);
  let answer;
  try {
    answer = await fetch(url, {
      method: "POST",
      body,
      keepalive,
      headers: { Accept: "application/json" },
      signal: keepalive ? null : AbortSignal.timeout(20_000),
    });
  } catch {
    return { lost: true, told: {} };
  }
  if (answer.status >= 500) return { lost: true, told: {} };
  const told = await answer.json().catch(() => null);
  // Behind a gate of somebody else's a session that ended answers with the gate's own page.
  const signedOut = told === null || answer.redirected || answer.status === 400 || answer.status === 401;
  return { ok: answer.ok && !signedOut, status: answer.status, signedOut, told: told ?? {} };
}
