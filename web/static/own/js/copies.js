// Copies of what is typed, on this computer: written while somebody types, taken away once the server has it.
//
// A copy belongs to a person, a draft and a window: windows never write over each other's, and nobody finds somebody else's.

import { send } from "./fields.js";
import { windowsOf } from "./windows.js";

const PREFIX = "steekproef-draft";
/** What a visit keeps on a telephone, beside the copies of drafts. */
const VISITS = "steekproef-visit";

// A browser may forbid keeping anything; then nothing is kept, and saving goes on.
function kept() {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

function keysFrom(start) {
  return Object.keys(kept() ?? {}).filter((key) => key.startsWith(start));
}

/** What stands for a draft of a person in names of copies and between windows. */
export function draftName(user, draft) {
  return `${PREFIX}:${user}:${draft}`;
}

/** Under what a person's visit is kept. */
export function visitName(user, visit) {
  return `${VISITS}:${user}:${visit}`;
}

/** Keep the copy of one window; false when there is no room or it is forbidden. */
export function keepCopy(name, id, { url, values }) {
  try {
    kept().setItem(`${name}:${id}`, JSON.stringify({ at: Date.now(), url, values: [...values] }));
    return true;
  } catch {
    return false;
  }
}

export function dropCopy(name, id) {
  kept()?.removeItem(`${name}:${id}`);
}

/** The copies of a draft whose windows are gone, oldest first. */
export function orphans(name, living) {
  return keysFrom(`${name}:`)
    .map((key) => ({ id: key.slice(name.length + 1), ...read(key) }))
    .filter(({ id, values }) => values && !living.includes(id))
    .sort((one, other) => one.at - other.at);
}

function read(key) {
  try {
    const { at, url, values } = JSON.parse(kept().getItem(key));
    return { at, url, values: new Map(values) };
  } catch {
    return {};
  }
}

/** Whether anything of the person waits here for the server. */
export function hasCopies(user) {
  return [PREFIX, VISITS].some((prefix) => keysFrom(`${prefix}:${user}:`).length > 0);
}

/** Take the person's copies away, as at signing out. */
export function forget(user) {
  for (const prefix of [PREFIX, VISITS]) {
    for (const key of keysFrom(`${prefix}:${user}:`)) kept().removeItem(key);
  }
}

/** Take away what others left on a computer that somebody else now uses. */
export function forgetOthers(user) {
  for (const prefix of [PREFIX, VISITS]) {
    for (const key of keysFrom(`${prefix}:`)) {
      if (!key.startsWith(`${prefix}:${user}:`)) kept().removeItem(key);
    }
  }
}

/** Send what windows that are gone left behind, put together with what is stored; what clashes waits for its desk. */
export async function sendWaiting(user, { token, except = "" }) {
  const drafts = new Set(keysFrom(`${PREFIX}:${user}:`).map((key) => key.split(":").slice(0, 3).join(":")));
  drafts.delete(except);
  for (const name of drafts) {
    if ((await windowsOf(name)).length) continue;
    for (const { id, url, values } of orphans(name, [])) {
      const { ok, status, told } = await send(url, new Map([...values, ["merge", "1"]]), { token });
      const done = ok && !Object.keys(told.clashes ?? {}).length;
      // What was submitted meanwhile takes no more drafts.
      if (done || (status === 409 && !told.stale)) dropCopy(name, id);
    }
  }
}
