// How the conversation stands just now: connected or not, who speaks, who is writing. One tab finds
// out, all tabs show the same.

const NOTHING = { connection: "idle", trouble: null, typing: null, owner: "bot", agentName: "" };
const TYPING_MS = 30_000;
const HICCUP_MS = 1_000;

export class Status {
  #changed;
  #typing;
  #connection;
  now = NOTHING;

  /** @param changed  called with what is `now`, after it has changed here */
  constructor(changed) {
    this.#changed = changed;
  }

  /** "connecting", "online" or "down". */
  connection(state) {
    clearTimeout(this.#connection);
    if (state !== "connecting" || this.now.connection !== "online") {
      this.#set({ connection: state });
      return;
    }
    // Most interruptions are over before anyone need hear of them.
    this.#connection = setTimeout(() => this.#set({ connection: state, typing: null }), HICCUP_MS);
  }

  /** Why nothing can be sent: "network", "unavailable", "too_many", or null when it can. */
  trouble(kind) {
    this.#set({ trouble: kind });
  }

  /** "bot" or "agent" is writing; null: nobody. A sign that is never taken back fades by itself. */
  typing(role) {
    clearTimeout(this.#typing);
    this.#set({ typing: role === "bot" || role === "agent" ? role : null });
    if (role) this.#typing = setTimeout(() => this.#set({ typing: null }), TYPING_MS);
  }

  /** Who answers, as the server tells it. */
  owner(told) {
    this.#set({
      owner: told?.owner === "human" ? "human" : "bot",
      agentName: typeof told?.agent_name === "string" ? told.agent_name : "",
    });
  }

  /** What another tab has found out. */
  take(now) {
    this.now = { ...NOTHING, ...now };
  }

  clear() {
    clearTimeout(this.#connection);
    clearTimeout(this.#typing);
    this.#set(NOTHING);
  }

  #set(changes) {
    const next = { ...this.now, ...changes };
    if (Object.keys(next).every((key) => next[key] === this.now[key])) return;
    this.now = next;
    this.#changed(next);
  }
}
