// How long to wait before trying again, and a wait that can be cut short.

const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/**
 * Milliseconds to wait after failure number `attempt` (from 0): anything up to a ceiling that
 * doubles from half a second to half a minute ("full jitter"), so that a crowd of browsers that
 * lost the server together does not come back together.
 */
export function backoff(attempt, { first = FIRST_MS, random = Math.random } = {}) {
  return random() * Math.min(LONGEST_MS, first * 2 ** Math.min(attempt, 20));
}

/** A wait that ends after its time or at once when woken. */
export class Pause {
  #wake = null;

  sleep(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.wake(), ms);
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = null;
        resolve();
      };
    });
  }

  wake() {
    this.#wake?.();
  }
}
