// The tabs of one browser agree: one of them leads, holding the stream and sending what is queued;
// the others hear from it. Web Locks choose the leader and choose again when its tab closes.

const ANSWER_MS = 1_500;

export class Tabs {
  #name;
  #on;
  #channel = null;
  #queueing = null;
  #turn = null;
  #silence = null;

  /** @param on  `lead()` and `follow()` when the role changes, `told(note)` when another tab speaks. */
  constructor(name, on) {
    this.#name = name;
    this.#on = on;
  }

  get leading() {
    return this.#turn !== null;
  }

  start() {
    if (typeof BroadcastChannel === "function") {
      this.#channel = new BroadcastChannel(this.#name);
      this.#channel.onmessage = ({ data }) => this.#hear(data);
    }
    this.#stand();
    this.tell({ kind: "hello" });
  }

  /** Tell every other tab. */
  tell(note) {
    this.#channel?.postMessage(note);
  }

  /** Take the lead if whoever has it does not answer: browsers put hidden tabs to sleep. */
  check() {
    if (this.leading || this.#silence) return;
    this.#silence = setTimeout(() => {
      this.#silence = null;
      if (!this.leading) this.#stand({ steal: true });
    }, ANSWER_MS);
    this.tell({ kind: "hello" });
  }

  #hear(note) {
    if (note?.kind === "present") {
      clearTimeout(this.#silence);
      this.#silence = null;
    }
    this.#on.told(note ?? {});
  }

  /** Stand for the lead: wait in the queue for it, or take it. */
  #stand({ steal = false } = {}) {
    this.#queueing?.abort();
    this.#queueing = new AbortController();
    const turn = {};
    if (!navigator.locks) {
      // No locks outside https: every tab leads itself, and ids keep that harmless.
      this.#lead(turn);
      return;
    }
    const options = steal ? { steal } : { signal: this.#queueing.signal };
    const held = () => new Promise(() => this.#lead(turn));
    navigator.locks.request(this.#name, options, held).catch(() => this.#lost(turn));
  }

  #lead(turn) {
    this.#turn = turn;
    this.#on.lead();
  }

  /** Another tab took the lock; a turn that was still in the queue is merely over. */
  #lost(turn) {
    if (this.#turn !== turn) return;
    this.#turn = null;
    this.#on.follow();
    this.#stand();
  }
}
