// Keeps one event stream open for ever: reconnects after every end, notices a dead line by its
// silence, and comes back at once when the network or the reader does.
import { ApiError } from "./api.js";
import { backoff, Pause } from "./backoff.js";
import { EventParser } from "./sse.js";

const CONNECT_MS = 15_000;
const SILENCE_MS = 40_000; // the server is heard every 15 s
const STALE_MS = 20_000;
const SETTLED_MS = 5_000;

export class Stream {
  #on;
  #pause = new Pause();
  #stop = null; // ends the whole run
  #attempt = null; // ends the current connection only
  #woken = false; // what wake() ended is followed by another attempt at once
  #heardAt = 0;

  /**
   * @param on  `connect(signal)` opens a connection and returns its ReadableStream of bytes;
   *   `state("connecting" | "online" | "down")` and `event({event, data})` tell what happens;
   *   `refused(error)` promises true when connecting again is of no use.
   */
  constructor(on) {
    this.#on = on;
  }

  get running() {
    return this.#stop !== null;
  }

  start() {
    if (this.running) return;
    this.#stop = new AbortController();
    this.#run(this.#stop.signal);
  }

  stop() {
    this.#stop?.abort();
    this.#attempt?.abort();
    this.#pause.wake();
    this.#stop = null;
  }

  /**
   * Try now rather than later. A connection that stands is kept unless it has been silent, or
   * `renew` says that the network under it has changed.
   */
  wake({ renew = false } = {}) {
    if (renew || Date.now() - this.#heardAt > STALE_MS) {
      this.#attempt?.abort();
      this.#woken = true;
    }
    this.#pause.wake();
  }

  async #run(stopped) {
    let failures = 0;
    let first;
    while (!stopped.aborted) {
      this.#on.state(failures > 1 ? "down" : "connecting");
      const openedAt = Date.now();
      let trouble = null;
      let news = false;
      this.#woken = false;
      this.#attempt = new AbortController();
      try {
        for await (const { events, retry } of this.#pieces(this.#attempt)) {
          if (stopped.aborted) return;
          first = retry ?? first;
          this.#on.state("online");
          for (const event of events) this.#on.event(event);
          news ||= events.some(({ event }) => event === "message");
        }
      } catch (error) {
        trouble = error;
      }
      if (stopped.aborted) return;
      const refused = trouble instanceof ApiError && (await this.#on.refused(trouble));
      if (refused && !stopped.aborted) this.stop();
      if (stopped.aborted) return;
      if (news || (trouble === null && Date.now() - openedAt > SETTLED_MS)) failures = 0;
      const wait = Math.max(this.#woken ? 0 : backoff(failures, { first }), trouble?.retryAfterMs ?? 0);
      failures += 1;
      this.#on.state(failures > 1 ? "down" : "connecting");
      await this.#pause.sleep(wait);
    }
  }

  /** Each piece of the connection, parsed; throws when there is none or it falls silent. */
  async *#pieces(attempt) {
    let timer;
    const expectWithin = (ms) => {
      clearTimeout(timer);
      timer = setTimeout(() => attempt.abort(), ms);
    };
    expectWithin(CONNECT_MS);
    try {
      const reader = (await this.#on.connect(attempt.signal)).getReader();
      const decoder = new TextDecoder();
      const parser = new EventParser();
      for (;;) {
        this.#heardAt = Date.now();
        expectWithin(SILENCE_MS);
        const { done, value } = await reader.read();
        if (done) return;
        yield { events: parser.push(decoder.decode(value, { stream: true })), retry: parser.retry ?? undefined };
      }
    } finally {
      clearTimeout(timer);
      attempt.abort();
    }
  }
}
