// The conversation as numbered messages: in the order of their numbers, each once, without a hole.

export class Transcript {
  #early = new Map();
  messages = [];

  /** The number up to which everything is here. */
  get last() {
    return this.messages.at(-1)?.seq ?? 0;
  }

  /** True while something that came over the stream waits for a message before it. */
  get gap() {
    return this.#early.size > 0;
  }

  /** Take messages from the stream; returns those that could be put in place. */
  add(messages) {
    for (const message of messages) {
      if (message.seq > this.last) this.#early.set(message.seq, message);
    }
    const placed = [];
    for (let next; (next = this.#early.get(this.last + 1)); placed.push(next)) {
      this.#early.delete(next.seq);
      this.messages.push(next);
    }
    return placed;
  }

  /**
   * Take a list the server read from its database: it is complete, so a number missing in it is
   * missing there too and nobody waits for it.
   */
  fill(messages) {
    const placed = [];
    for (const message of [...messages].sort((one, other) => one.seq - other.seq)) {
      if (message.seq <= this.last) continue;
      this.#early.delete(message.seq);
      this.messages.push(message);
      placed.push(message);
    }
    for (const seq of this.#early.keys()) if (seq <= this.last) this.#early.delete(seq);
    return [...placed, ...this.add([])];
  }

  clear() {
    this.messages = [];
    this.#early.clear();
  }
}
