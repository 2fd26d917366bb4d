// Which conversation this browser has, and as whom. The conversation's token is stored; the shop's
// word for who the customer is (a short-lived token of the shop's server) stays in memory.
import { ApiError } from "./api.js";
import { backoff, Pause } from "./backoff.js";

const KEY = "session";
const IDENTITY_FRESH_MS = 10 * 60_000;
const IDENTITY_WAIT_MS = 10_000;
const REVOKE_TRIES = 5;

/** The conversation belongs to somebody who is not, or no longer, signed in at the shop. */
export class SomebodyElse extends Error {
  constructor(token) {
    super("The conversation belongs to somebody else.");
    this.token = token;
  }
}

export class Session {
  #api;
  #storage;
  #getIdentity;
  #identity = null;
  #state;
  #identifiedAt = 0;
  #generation = 0; // raised when this browser's conversation becomes another
  #turn = Promise.resolve(); // the latest call that says who is here

  constructor(api, storage, getIdentity) {
    this.#api = api;
    this.#storage = storage;
    this.#getIdentity = getIdentity;
    this.#state = readState(storage.get(KEY));
  }

  get token() {
    return this.#state?.token ?? null;
  }

  /** What another tab needs to join in. */
  get state() {
    return this.#state;
  }

  /** Take over the conversation another tab has opened, or its end (null). */
  join(state) {
    this.#state = readState(state);
    this.#generation += 1;
  }

  /**
   * Take up the token that has replaced ours, as another tab tells or has stored it; whether it is
   * one. A guest's conversation gets a new token when it becomes a customer's.
   */
  renew(told = this.#storage.get(KEY)) {
    const state = readState(told);
    if (!this.token || state?.replaces !== this.token) return false;
    this.#state = state;
    return true;
  }

  /** Keep the shop's word for later calls. */
  know(identity) {
    this.#identity = typeof identity === "string" && identity ? identity : null;
    this.#identifiedAt = 0;
  }

  /** Begin a conversation; a customer whose sign-in cannot be verified begins as a guest. */
  async open() {
    const generation = this.#generation;
    let identity = await this.#ask().catch(() => null);
    const opened = await this.#api.openSession(identity).catch(async (error) => {
      if (error.code !== "identity_invalid") throw error;
      const fresh = await this.#ask().catch(() => null);
      identity = fresh !== identity ? fresh : null;
      return this.#api.openSession(identity);
    });
    if (generation !== this.#generation) {
      this.revoke(opened.token); // reset while it was being opened
      return;
    }
    this.#identifiedAt = identity ? Date.now() : 0;
    this.#remember({ token: opened.token, identified: Boolean(identity) });
  }

  /**
   * Make sure the server knows who is here, unless it was told lately; one call after the other,
   * as the token may be a new one after each. Throws SomebodyElse when this conversation must not
   * be shown to them.
   */
  identify() {
    const done = this.#turn.then(() => this.#identify());
    this.#turn = done.catch(() => {});
    return done;
  }

  async #identify() {
    if (!this.token || Date.now() - this.#identifiedAt < IDENTITY_FRESH_MS) return;
    const identity = await this.#ask().catch((error) => {
      // A customer's conversation is shown to nobody before the shop has said who is here.
      if (this.#state?.identified && !this.#identifiedAt) throw error;
      return undefined;
    });
    if (identity === undefined || !this.token) return;
    if (!identity) {
      // The shop says that nobody is signed in: what was a customer's is not for the next guest.
      if (this.#getIdentity && this.#state.identified) throw new SomebodyElse(this.token);
      return;
    }
    if (await this.#tell(identity)) return;
    const fresh = await this.#ask().catch(() => null);
    if (fresh && fresh !== identity && (await this.#tell(fresh))) return;
    this.#identifiedAt = Date.now();
    console.warn("The shop's sign-in was not accepted; the chat goes on without it.");
  }

  /** Forget the conversation, and with `everything` also who is here; returns the old token. */
  forget({ everything = false } = {}) {
    const token = this.token;
    this.#state = null;
    this.#generation += 1;
    this.#identifiedAt = 0;
    this.#storage.remove(KEY);
    if (everything) this.#identity = null;
    return token;
  }

  /** Have the server close the conversation of a token that is already forgotten here. */
  async revoke(token) {
    for (let tries = 0; tries < REVOKE_TRIES; tries += 1) {
      try {
        await this.#api.endSession(token);
        return;
      } catch (error) {
        if (error.status === 401) return;
        await new Pause().sleep(backoff(tries + 2));
      }
    }
  }

  /** Whether the server accepts the shop's word for this conversation. */
  async #tell(identity) {
    const { token } = this;
    let fresh;
    try {
      fresh = (await this.#api.identify(token, identity))?.token;
    } catch (error) {
      if (error.code === "other_customer") throw new SomebodyElse(token);
      if (error.code === "identity_invalid") return false;
      throw error;
    }
    if (token === this.token) {
      const current = this.#getIdentity || identity === this.#identity;
      this.#identifiedAt = current ? Date.now() : 0;
      this.#remember({ ...this.#state, identified: true, ...(fresh && { token: fresh, replaces: token }) });
    } else if (fresh) {
      this.revoke(fresh); // reset meanwhile
    }
    return true;
  }

  /** The shop's word: asked for afresh where the shop lets us ask, since it lives only minutes. */
  async #ask() {
    if (!this.#getIdentity) return this.#identity;
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new ApiError(0, "network")), IDENTITY_WAIT_MS);
    });
    try {
      const identity = await Promise.race([this.#getIdentity(), late]);
      return typeof identity === "string" && identity ? identity : null;
    } catch (error) {
      throw error instanceof ApiError ? error : new ApiError(0, "network", { message: String(error) });
    } finally {
      clearTimeout(timer);
    }
  }

  #remember(state) {
    this.#state = state;
    this.#storage.set(KEY, state);
  }
}

function readState(raw) {
  return raw && typeof raw.token === "string" && raw.token
    ? { token: raw.token, identified: raw.identified === true, replaces: raw.replaces }
    : null;
}
