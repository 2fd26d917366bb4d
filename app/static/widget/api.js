// The server's API: one method a call. The token goes in a header, never into an address.

const TIMEOUT_MS = 15_000;
const UPLOAD_MS = 120_000; // of megabytes, from a phone
const LONGEST_WAIT_S = 300;
export const PAGE = 200;

/**
 * What went wrong with a call: `status` 0 and code "network" when there was no answer at all.
 * `token` is the one the call was made with.
 */
export class ApiError extends Error {
  constructor(status, code, { message, token = null, retryAfterMs = 0 } = {}) {
    super(message || code);
    this.status = status;
    this.code = code;
    this.token = token;
    this.retryAfterMs = retryAfterMs;
  }

  /** True when sending the same thing again cannot help. */
  get final() {
    return this.status >= 400 && this.status < 500 && ![401, 408, 409, 425, 429].includes(this.status);
  }
}

export class Api {
  #base;

  constructor(server) {
    this.#base = `${server}/api/v1`;
  }

  /** Begin a conversation, as the customer `identity` vouches for when it is given. */
  openSession(identity) {
    return this.#json("POST", "/session", { body: identity ? { identity } : {} });
  }

  /**
   * Tell whose conversation it is; `{token}` when that replaces the guest's, else null.
   * ApiError 401 `identity_invalid`, 409 `other_customer`.
   */
  identify(token, identity) {
    return this.#json("PUT", "/session/identity", { token, body: { identity } });
  }

  /** Close the conversation for good; goes out even while the page is being left. */
  endSession(token) {
    return this.#json("DELETE", "/session", { token, keepalive: true });
  }

  /** Say something. The same `id` again is harmless: the first message comes back. */
  say(token, { id, text, payload, product }) {
    const body = { client_msg_id: id, text, ...(payload ? { payload } : {}), ...(product ? { product } : {}) };
    return this.#json("POST", "/messages", { token, body });
  }

  /** Send a photograph. The same `id` again is harmless: the first message comes back. */
  sendPhoto(token, id, file) {
    const headers = { "Content-Type": file.type || "application/octet-stream" };
    const path = `/photos?client_msg_id=${encodeURIComponent(id)}`;
    return this.#answer("POST", path, { token, headers, body: file, timeoutMs: UPLOAD_MS }, (response) => response.json());
  }

  /** The bytes of a photograph of this conversation, as a Blob. */
  photo(token, key) {
    return this.#answer("GET", `/photos/${key}`, { token }, (response) => response.blob());
  }

  /** The messages numbered above `after`, at most `PAGE` of them, from the database. */
  messagesAfter(token, after) {
    return this.#json("GET", `/messages?after=${after}&limit=${PAGE}`, { token });
  }

  /** The open stream of everything said after number `after`. */
  async stream(token, after, signal) {
    const headers = { Accept: "text/event-stream", "Last-Event-ID": String(after) };
    const response = await this.#fetch("GET", `/stream?after=${after}`, { token, headers, signal });
    if (!response.ok || !response.body) throw await failure(response, token);
    return response.body;
  }

  #json(method, path, { token, body, keepalive } = {}) {
    const headers = body ? { "Content-Type": "application/json" } : {};
    const options = { token, headers, keepalive, body: body && JSON.stringify(body) };
    return this.#answer(method, path, options, (response) => (response.status === 204 ? null : response.json()));
  }

  /** What `read` makes of the response, within a time; ApiError for anything else. */
  async #answer(method, path, { token, timeoutMs = TIMEOUT_MS, ...options }, read) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), timeoutMs);
    try {
      const response = await this.#fetch(method, path, { token, signal: stop.signal, ...options });
      if (!response.ok) throw await failure(response, token);
      return await read(response);
    } catch (error) {
      throw error instanceof ApiError ? error : new ApiError(0, "network", { message: String(error), token });
    } finally {
      clearTimeout(timer);
    }
  }

  async #fetch(method, path, { token, headers, ...options }) {
    const credential = token ? { Authorization: `Bearer ${token}` } : {};
    try {
      return await fetch(this.#base + path, {
        method,
        headers: { ...headers, ...credential },
        credentials: "omit",
        cache: "no-store",
        referrerPolicy: "no-referrer",
        ...options,
      });
    } catch (error) {
      throw new ApiError(0, "network", { message: String(error), token });
    }
  }
}

async function failure(response, token) {
  let said = {};
  try {
    said = await response.json();
  } catch {
    // A proxy's error page is no JSON.
  }
  const seconds = Number(response.headers.get("Retry-After"));
  return new ApiError(response.status, String(said?.error ?? "failed"), {
    message: String(said?.message ?? ""),
    token,
    retryAfterMs: seconds > 0 ? Math.min(seconds, LONGEST_WAIT_S) * 1000 : 0,
  });
}
