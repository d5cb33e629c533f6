// The windows of one browser that have the same draft open know each other: one of them saves, the others rest.

const ANSWER_MS = 200;
const HAND_OVER_MS = 4000;

/** A number that no other window has. */
export function windowId() {
  return [...crypto.getRandomValues(new Uint32Array(2))].map((part) => part.toString(36)).join("");
}

function wait(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The numbers of the windows that have a draft open. */
export async function windowsOf(name) {
  const channel = new BroadcastChannel(name);
  const found = [];
  channel.onmessage = ({ data }) => data.type === "here" && found.push(data.from);
  channel.postMessage({ type: "hello", from: "", since: Infinity });
  await wait(ANSWER_MS);
  channel.close();
  return found;
}

export class Windows {
  id = windowId();
  resting = false;
  #channel;
  #since = Date.now();
  #joining = true;
  #answers = [];
  #handed = null;
  #left;
  #freed;

  /** `left`: another window goes on, awaited before it does; `freed`: the window that saved was closed. */
  constructor(name, { left, freed }) {
    this.#left = left;
    this.#freed = freed;
    this.#channel = new BroadcastChannel(name);
    this.#channel.onmessage = ({ data }) => this.#heard(data);
    addEventListener("pagehide", () => !this.resting && this.#send("bye"));
  }

  /** Find the others, and rest if one of them saves; returns their numbers. */
  async join() {
    const others = await this.#ask();
    this.resting = others.some(({ saving }) => saving);
    return others.map(({ from }) => from);
  }

  /** Be the one that saves; the one that did so far hands over what it has. */
  async carryOn() {
    const others = await this.#ask();
    this.resting = false;
    if (!others.some(({ saving }) => saving)) return;
    const handed = new Promise((resolve) => (this.#handed = resolve));
    this.#send("over");
    await Promise.race([handed, wait(HAND_OVER_MS)]);
  }

  async #ask() {
    this.#joining = true;
    this.#answers = [];
    this.#send("hello", { since: this.#since });
    await wait(ANSWER_MS);
    this.#joining = false;
    return this.#answers;
  }

  #send(type, more = {}) {
    this.#channel.postMessage({ type, from: this.id, ...more });
  }

  async #heard(data) {
    if (data.to && data.to !== this.id) return;
    if (data.type === "hello") {
      // Of two that ask at the same moment the earlier one saves.
      const first = [this.#since, this.id] < [data.since, data.from];
      this.#send("here", { to: data.from, saving: !this.resting && (!this.#joining || first) });
    } else if (data.type === "here") {
      this.#answers.push(data);
    } else if (data.type === "over" && !this.resting) {
      this.resting = true;
      await this.#left();
      this.#send("handed", { to: data.from });
    } else if (data.type === "handed") {
      this.#handed?.();
    } else if (data.type === "bye") {
      // It may go while this one is still asking.
      this.#answers = this.#answers.filter(({ from }) => from !== data.from);
      if (!this.resting) return;
      this.resting = false;
      await this.join();
      if (!this.resting) this.#freed();
    }
  }
}
