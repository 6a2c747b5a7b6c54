// What the elements show, asked once for all of them on a page, and only while somebody looks at it.
const api = new URL("../api/", import.meta.url);

/** An answer of the node that says no, with its code. */
export class Refused extends Error {
  constructor(status, code, message) {
    super(message);
    Object.assign(this, { status, code });
  }
}

/** Asks the node, and gives the answer's data. */
export async function ask(path, options = {}) {
  const answer = await fetch(new URL(path, api), { ...options, headers: { Accept: "application/json", ...options.headers } });
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok || body.success === false) {
    throw new Refused(answer.status, body.code ?? "", body.error ?? `The node answered ${answer.status}.`);
  }
  return body.data ?? body;
}

/** One question that is asked again and again while it has listeners. */
class Question {
  #path;
  #every;
  #listeners = new Set();
  #timer = 0;
  #last = null;

  constructor(path, seconds) {
    this.#path = path;
    this.#every = seconds * 1000;
  }

  /** Tells a listener now and at each change; returns what ends that. */
  listen(listener) {
    this.#listeners.add(listener);
    if (this.#last) listener(this.#last);
    if (this.#listeners.size === 1) this.refresh();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) clearTimeout(this.#timer);
    };
  }

  /** Asks now. */
  async refresh() {
    clearTimeout(this.#timer);
    if (this.#listeners.size === 0) return;
    if (document.visibilityState === "visible") {
      this.#last = await ask(this.#path).then((data) => ({ data }), (error) => ({ error }));
      for (const listener of this.#listeners) listener(this.#last);
    }
    clearTimeout(this.#timer);
    if (this.#listeners.size > 0) this.#timer = setTimeout(() => this.refresh(), this.#every);
  }
}

export const status = new Question("ipfs/status", 10);
export const stats = new Question("ipfs/stats", 15);
export const session = new Question("session/status", 10);
export const uploads = new Question("ipfs/uploads", 3);
export const captures = new Question("captures?ipfs=1", 10);

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "visible") return;
  for (const question of [status, stats, session, uploads, captures]) question.refresh();
});
