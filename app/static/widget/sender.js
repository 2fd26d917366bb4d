// Sends what is queued: one message after another, each until it is confirmed or refused for good.
import { ApiError } from "./api.js";
import { backoff, Pause } from "./backoff.js";

const REASONS = { too_long: "too_long", invalid: "invalid", bad_request: "invalid", chat_too_long: "chat_too_long" };

export class Sender {
  #outbox;
  #on;
  #pause = new Pause();
  #wanted = false;
  #running = false;

  /**
   * @param on  `send(entry)` delivers one message or throws; `refused(entry, reason)` is told when
   *   it can never be delivered; `trouble(kind)` why we wait just now, null when we do not.
   */
  constructor(outbox, on) {
    this.#outbox = outbox;
    this.#on = on;
  }

  start() {
    this.#wanted = true;
    if (!this.#running) this.#run();
  }

  stop() {
    this.#wanted = false;
    this.#pause.wake();
  }

  /** Try now rather than later. */
  wake() {
    this.#pause.wake();
  }

  async #run() {
    this.#running = true;
    let failures = 0;
    for (let entry; this.#wanted && (entry = this.#outbox.next); ) {
      try {
        await this.#on.send(entry);
        failures = 0;
        this.#on.trouble(null);
      } catch (error) {
        if (!(error instanceof ApiError)) console.error("The chat failed to send.", error);
        if (error instanceof ApiError && error.final) {
          this.#on.refused(entry, REASONS[error.code] ?? "other");
          continue;
        }
        this.#on.trouble(troubleOf(error));
        await this.#pause.sleep(Math.max(backoff(failures), error.retryAfterMs ?? 0));
        failures += 1;
      }
    }
    this.#on.trouble(null);
    this.#running = false;
  }
}

function troubleOf(error) {
  if (error.status === 429) return "too_many";
  return error.status ? "unavailable" : "network";
}
