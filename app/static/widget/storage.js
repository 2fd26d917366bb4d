// What outlives a page, under a name of its own for each chat server. Where the browser allows no
// storage, or it is full, the same things are kept for as long as the page lives.

export class Storage {
  #memory = new Map();
  #prefix;

  constructor(server) {
    this.#prefix = `frontdesk:${server}:`;
  }

  /** The value stored under `key`, or null when there is none or it is not JSON. */
  get(key) {
    const text = this.#memory.get(key) ?? this.#quietly(() => localStorage.getItem(this.#prefix + key));
    try {
      return text == null ? null : JSON.parse(text);
    } catch {
      return null;
    }
  }

  set(key, value) {
    const text = JSON.stringify(value);
    const kept = this.#quietly(() => (localStorage.setItem(this.#prefix + key, text), true));
    if (kept) this.#memory.delete(key);
    else this.#memory.set(key, text);
  }

  remove(key) {
    this.#memory.delete(key);
    this.#quietly(() => localStorage.removeItem(this.#prefix + key));
  }

  /** All keys that begin with `start`. */
  keys(start) {
    const whole = this.#prefix + start;
    const stored = this.#quietly(() => Object.keys(localStorage).filter((key) => key.startsWith(whole))) ?? [];
    const all = [...stored.map((key) => key.slice(this.#prefix.length)), ...this.#memory.keys()];
    return [...new Set(all)].filter((key) => key.startsWith(start));
  }

  #quietly(action) {
    try {
      return action();
    } catch {
      return null;
    }
  }
}
