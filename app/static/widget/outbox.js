// What the customer has written and the server has not confirmed. Each message is stored under a
// key of its own, so that two tabs never overwrite each other's; its id is a UUIDv7, so that their
// order is the order of writing.

const KEY = "out:";
export const CAPACITY = 50;

export class Outbox {
  #storage;
  #newId;
  #entries = new Map();

  /** Takes up what an earlier page, or another tab, left unsent. */
  constructor(storage, newId) {
    this.#storage = storage;
    this.#newId = newId;
    this.reload();
  }

  /** Everything unconfirmed, oldest first: `{id, at, text, payload, product, state, error}`. */
  get entries() {
    return [...this.#entries.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  /** The next message to send, or undefined. */
  get next() {
    return this.entries.find((entry) => entry.state === "queued");
  }

  get full() {
    return this.#entries.size >= CAPACITY;
  }

  has(id) {
    return this.#entries.has(id);
  }

  /** Queue a text; returns the entry, or null when `CAPACITY` messages are waiting already. */
  add(text, payload = "", product = "") {
    if (this.full) return null;
    return this.put({ id: this.#newId(), at: Date.now(), text, payload, product, state: "queued", error: "" });
  }

  /** Store an entry as it now is, whoever made it. */
  put(entry) {
    this.#entries.set(entry.id, entry);
    this.#storage.set(KEY + entry.id, entry);
    return entry;
  }

  /** The message cannot be sent; `error` says why. */
  fail(id, error) {
    return this.#change(id, { state: "failed", error });
  }

  /** Send a failed message once more, under the same id. */
  retry(id) {
    return this.#change(id, { state: "queued", error: "" });
  }

  /** Forget a message: it is confirmed, or not wanted any more. */
  remove(id) {
    this.#storage.remove(KEY + id);
    return this.#entries.delete(id);
  }

  /** Forget every message known here. */
  clear() {
    for (const id of [...this.#entries.keys()]) this.remove(id);
  }

  /** Add what other tabs stored since. */
  reload() {
    for (const key of this.#storage.keys(KEY)) {
      const entry = this.#storage.get(key);
      if (entry && typeof entry.id === "string" && typeof entry.text === "string") {
        this.#entries.set(entry.id, entry);
      }
    }
  }

  #change(id, changes) {
    const entry = this.#entries.get(id);
    return entry ? this.put({ ...entry, ...changes }) : null;
  }
}
