// The conversation as this page knows it: joins the stream, the queue of what was written, the
// other tabs and the session, and tells the view when anything has changed. It draws nothing.
import { Api, ApiError } from "./api.js";
import { backoff, Pause } from "./backoff.js";
import { idMaker } from "./ids.js";
import { readMessage } from "./message.js";
import { Outbox } from "./outbox.js";
import { Sender } from "./sender.js";
import { Session, SomebodyElse } from "./session.js";
import { Status } from "./status.js";
import { productNumber } from "./settings.js";
import { Storage } from "./storage.js";
import { Stream } from "./stream.js";
import { Tabs } from "./tabs.js";
import { Transcript } from "./transcript.js";

const SEEN = "seen";
// An answer that a proxy holds back in the stream is read from the database instead.
const ANSWER_CHECKS_MS = [3_000, 7_000, 20_000];
// When the shop signs somebody else in: what was written just before is theirs, the rest is not.
const JUST_BEFORE_MS = 60_000;
// When another tab says that a guest has signed in, our token is worth nothing before it has the new one.
const RENEWAL_WAIT_MS = 100;
const RENEWAL_WAITS = 15;

export class Chat {
  #api;
  #storage;
  #session;
  #outbox;
  #sender;
  #stream;
  #tabs;
  #changed;
  #transcript = new Transcript();
  #status = new Status((now) => this.#statusChanged(now));
  #pause = new Pause();
  #notice = null;
  #loaded = false;
  #seen = 0;
  #preparing = null;
  #repairing = false;
  #identityDue = false;
  #announced = false;
  #product = "";
  #photos = new Map(); // by key, each a promise of what an image can show
  #answerTimer;

  /** @param changed  called with `state`, at most once a task, after anything in it has changed */
  constructor({ server, getIdentity, product }, changed) {
    this.#changed = changed;
    this.#product = product;
    this.#api = new Api(server);
    this.#storage = new Storage(server);
    this.#session = new Session(this.#api, this.#storage, getIdentity);
    this.#outbox = new Outbox(this.#storage, idMaker());
    this.#seen = Number(this.#storage.get(SEEN)) || 0;
    this.#sender = new Sender(this.#outbox, {
      send: (entry) => this.#send(entry),
      refused: (entry, reason) => this.#queued(this.#outbox.fail(entry.id, reason)),
      trouble: (kind) => this.#status.trouble(kind),
    });
    this.#stream = new Stream({
      connect: (signal) => this.#connect(signal),
      state: (state) => this.#status.connection(state),
      event: (event) => this.#hear(event),
      refused: async (error) => (await this.#isOver(error)) && !this.#session.token,
    });
    this.#tabs = new Tabs(`frontdesk:${server}`, {
      lead: () => this.#lead(),
      follow: () => this.#follow(),
      told: (note) => this.#told(note),
    });
  }

  /** Begin: load what was said before, if anything was, and follow what is said. */
  start() {
    window.addEventListener("online", () => this.#wake({ renew: true }));
    window.addEventListener("offline", () => this.#announce());
    document.addEventListener("visibilitychange", () => document.hidden || this.#wake());
    this.#tabs.start();
    this.#repair();
    this.#announce();
  }

  /** All that the view shows. */
  get state() {
    const { messages } = this.#transcript;
    const unread = ({ seq, role }) => seq > this.#seen && (role === "bot" || role === "agent");
    const { connection, trouble } = this.#status.now;
    const offline = !navigator.onLine; // which is said where the connection stands
    return {
      ...this.#status.now,
      connection: offline ? "offline" : connection,
      notice: this.#notice ?? (offline ? null : trouble),
      loading: this.#session.token !== null && !this.#loaded,
      messages,
      pending: this.#outbox.entries,
      unread: messages.filter(unread).length,
    };
  }

  /** Say something; false when too much is waiting already. `payload` is what a button means. */
  say(text, payload = "") {
    const entry = this.#outbox.add(text, payload, this.#product);
    this.#notice = entry ? null : "full";
    this.#queued(entry);
    this.#announce();
    return entry !== null;
  }

  /**
   * Send a photograph; the same `id` again sends it once. Throws ApiError. It is not kept for later
   * as words are: a picture is too large for that, and it is chosen again as easily.
   */
  async sendPhoto(file, id) {
    await this.#joined();
    if (!this.#session.token) await this.#joined(); // what was somebody else's has been left
    const { token } = this.#session;
    if (!token) return; // reset meanwhile
    let message;
    try {
      message = readMessage(await this.#api.sendPhoto(token, id, file));
    } catch (error) {
      await this.#isOver(error);
      throw error;
    }
    if (token !== this.#session.token) return;
    if (message) this.#place(this.#transcript.add([message]));
    if (this.#transcript.gap) this.#repair();
    this.#expectAnswer(ANSWER_CHECKS_MS);
  }

  /** A photograph of this conversation as an address that an image can show. */
  photo(key) {
    if (!this.#photos.has(key)) {
      const shown = this.#api.photo(this.#session.token, key).then(dataUrl);
      shown.catch(() => this.#photos.delete(key)); // to be tried again
      this.#photos.set(key, shown);
    }
    return this.#photos.get(key);
  }

  /** The page shows a product now, by its article number; an empty one when it shows none. */
  look(product) {
    this.#product = productNumber(product);
  }

  /** Send a refused message once more. */
  retry(id) {
    this.#queued(this.#outbox.retry(id));
  }

  /** End this conversation, and say in a new one what it was too long for. */
  goOnAnew() {
    const refused = this.#outbox.entries.filter(({ error }) => error === "chat_too_long");
    this.reset({ everything: false, keepSince: refused[0]?.at });
    for (const { id } of refused) this.retry(id);
  }

  /** Give a refused message up. */
  discard(id) {
    this.#outbox.remove(id);
    this.#tabs.tell({ kind: "sent", id });
    this.#announce();
  }

  /** The customer has seen everything that is here. */
  markSeen() {
    const { last } = this.#transcript;
    if (last <= this.#seen) return;
    this.#seen = last;
    this.#storage.set(SEEN, last);
    this.#tabs.tell({ kind: "seen", seq: last });
    this.#announce();
  }

  /** The shop's server vouches for who is here. */
  identify(identity) {
    this.#session.know(identity);
    this.#tabs.tell({ kind: "identity", identity });
    const done = this.#preparing ?? Promise.resolve();
    done.catch(() => {}).then(() => {
      this.#identityDue = true;
      this.#repair();
    });
  }

  /**
   * Close the conversation, revoke its token and forget it in every tab; with `everything`
   * (somebody signs out) also who was here. What was written after `keepSince` is kept.
   */
  reset({ everything = true, keepSince = Infinity } = {}) {
    this.#outbox.reload();
    const kept = this.#outbox.entries.filter(({ at }) => at >= keepSince);
    const token = this.#session.forget({ everything });
    this.#forget();
    this.#tabs.tell({ kind: "reset", token, everything });
    if (token) this.#session.revoke(token);
    for (const entry of kept) this.#queued(this.#outbox.put(entry));
  }

  // --- what only the leading tab does: it holds the stream and sends

  #lead() {
    this.#outbox.reload();
    if (this.#session.token) this.#stream.start();
    if (this.#outbox.next) this.#sender.start();
    this.#statusChanged(this.#status.now);
  }

  #follow() {
    this.#stream.stop();
    this.#sender.stop();
  }

  async #connect(signal) {
    try {
      await this.#prepare();
    } catch (error) {
      this.#leaveTo(error);
      throw error;
    }
    return this.#api.stream(this.#session.token, this.#transcript.last, signal);
  }

  #hear({ event, data }) {
    const said = parsed(data);
    if (event === "message") this.#place(this.#transcript.add([readMessage(said)].filter(Boolean)));
    else if (event === "typing") this.#status.typing(said?.on ? said.role : null);
    else if (event === "owner") this.#status.owner(said);
    else if (event === "closed") this.#over();
    if (this.#transcript.gap) this.#repair();
  }

  /** Deliver one message; whoever must not speak here begins a conversation of their own. */
  async #send(entry) {
    await this.#joined();
    const { token } = this.#session;
    if (!token || !this.#outbox.has(entry.id)) return;
    let message;
    try {
      message = readMessage(await this.#api.say(token, entry));
    } catch (error) {
      await this.#isOver(error);
      throw error;
    }
    if (token !== this.#session.token) return;
    this.#outbox.remove(entry.id);
    this.#tabs.tell({ kind: "sent", id: entry.id });
    if (message) this.#place(this.#transcript.add([message]));
    if (this.#transcript.gap) this.#repair();
    this.#expectAnswer(ANSWER_CHECKS_MS);
  }

  /** There is a conversation, and it is theirs who are here. */
  async #joined() {
    try {
      if (this.#session.token) await this.#identify();
      else await this.#open();
    } catch (error) {
      if (!this.#leaveTo(error)) throw error;
    }
  }

  async #open() {
    await this.#session.open();
    if (!this.#session.token) return; // reset meanwhile
    this.#loaded = true; // there is nothing to load yet
    this.#tabs.tell({ kind: "session", state: this.#session.state });
    if (this.#tabs.leading) this.#stream.start();
  }

  #expectAnswer([wait, ...later]) {
    clearTimeout(this.#answerTimer);
    this.#answerTimer = setTimeout(async () => {
      const answered = this.#transcript.messages.at(-1)?.role !== "customer";
      if (answered || !this.#tabs.leading || this.#status.now.owner === "human") return;
      await this.#readOn().catch(() => {});
      if (later.length) this.#expectAnswer(later);
    }, wait);
  }

  // --- what every tab does

  /** Everything up to now is here, and the server knows who asks; one at a time. */
  #prepare() {
    this.#preparing ??= (async () => {
      await this.#identify();
      if (!this.#loaded || this.#transcript.gap) await this.#readOn();
    })().finally(() => {
      this.#preparing = null;
    });
    return this.#preparing;
  }

  /** Make sure the server knows who is here; a guest who signs in gets another token. */
  async #identify() {
    const { token } = this.#session;
    await this.#session.identify();
    if (token !== this.#session.token) this.#tabs.tell({ kind: "renewed", state: this.#session.state });
  }

  /** Load, or close a gap, and do not rest before it is done. */
  async #repair() {
    if (this.#repairing) return;
    this.#repairing = true;
    const due = () => this.#identityDue || !this.#loaded || this.#transcript.gap;
    for (let failures = 0; this.#session.token && due(); failures += 1) {
      this.#identityDue = false;
      try {
        await this.#prepare();
      } catch (error) {
        this.#identityDue = true;
        if (this.#leaveTo(error) || (await this.#isOver(error))) continue;
        await this.#pause.sleep(backoff(failures));
      }
    }
    this.#identityDue = false;
    this.#repairing = false;
  }

  /** Read from the database what follows the last message that is here. */
  async #readOn() {
    const { token } = this.#session;
    for (let before = -1; token && before < this.#transcript.last; ) {
      before = this.#transcript.last;
      const page = await this.#api.messagesAfter(token, before);
      if (token !== this.#session.token) return;
      this.#status.owner(page);
      this.#place(this.#transcript.fill(page.messages.map(readMessage).filter(Boolean)));
      if (this.#transcript.last >= page.last_seq) break;
    }
    this.#loaded = true;
    this.#announce();
  }

  /** These messages have just found their place in the transcript. */
  #place(messages) {
    if (!messages.length) return;
    for (const { role, clientId } of messages) {
      if (clientId) this.#outbox.remove(clientId);
      if (role === this.#status.now.typing) this.#status.typing(null);
    }
    if (this.#tabs.leading) this.#tabs.tell({ kind: "messages", messages });
    this.#announce();
  }

  #told(note) {
    const hears = {
      hello: () => this.#tabs.leading && this.#statusChanged(this.#status.now),
      present: () => this.#tabs.leading || this.#status.take(note.now),
      messages: () => this.#heard(note.messages),
      entry: () => this.#enqueue(note.entry),
      sent: () => this.#outbox.remove(note.id),
      seen: () => (this.#seen = Math.max(this.#seen, note.seq)),
      identity: () => this.#session.know(note.identity),
      session: () => this.#join(note.state),
      renewed: () => this.#session.renew(note.state),
      over: () => note.token === this.#session.token && this.#over(),
      reset: () => this.#leave(note),
    };
    hears[note.kind]?.();
    this.#announce();
  }

  #heard(messages) {
    if (!this.#loaded) return; // they will be loaded with the rest
    this.#place(this.#transcript.add(messages));
    if (this.#transcript.gap) this.#repair();
  }

  #enqueue(entry) {
    this.#outbox.put(entry);
    if (this.#tabs.leading) this.#sender.start();
  }

  /** Another tab has begun a conversation. */
  #join(state) {
    this.#clear();
    this.#session.join(state);
    if (this.#tabs.leading && this.#session.token) this.#stream.start();
    this.#repair();
  }

  /** Another tab has ended the conversation for the customer. */
  #leave({ token, everything }) {
    const own = this.#session.token;
    if (own && own !== token && !everything) return; // ours is newer
    this.#session.forget({ everything });
    this.#forget();
    if (own && own !== token) this.#session.revoke(own);
  }

  /** A message of ours is new or has changed its state. */
  #queued(entry) {
    if (!entry) return;
    this.#tabs.tell({ kind: "entry", entry });
    if (this.#tabs.leading) this.#sender.start();
    else this.#tabs.check();
    this.#announce();
  }

  /** Whether `error` refuses the token; the conversation is forgotten unless it has a newer one. */
  async #isOver(error) {
    if (!(error instanceof ApiError) || error.status !== 401 || !error.token) return false;
    for (let waits = 0; error.token === this.#session.token && !this.#session.renew(); waits += 1) {
      if (waits === RENEWAL_WAITS || this.#session.state.identified) this.#over();
      else await new Promise((done) => setTimeout(done, RENEWAL_WAIT_MS));
    }
    return true;
  }

  /** Whether `error` says that the conversation is not theirs who are here; it is then left. */
  #leaveTo(error) {
    if (!(error instanceof SomebodyElse)) return false;
    if (error.token === this.#session.token) {
      this.reset({ everything: false, keepSince: Date.now() - JUST_BEFORE_MS });
      this.#notice = "somebody_else";
    }
    return true;
  }

  /** The server has closed the conversation. What is still unsent will begin another one. */
  #over() {
    const token = this.#session.forget();
    this.#clear();
    this.#notice = this.#outbox.next ? null : "ended";
    this.#tabs.tell({ kind: "over", token });
    if (this.#tabs.leading && this.#outbox.next) this.#sender.start();
    this.#announce();
  }

  #forget() {
    this.#outbox.clear();
    this.#notice = null;
    this.#clear();
    this.#announce();
  }

  #clear() {
    clearTimeout(this.#answerTimer);
    this.#stream.stop();
    this.#transcript.clear();
    this.#photos.clear();
    this.#status.clear();
    this.#loaded = false;
    this.#seen = 0;
    this.#storage.remove(SEEN);
  }

  /** The network or the reader is back: try now what would be tried later. */
  #wake(how) {
    this.#stream.wake(how);
    this.#sender.wake();
    this.#pause.wake();
    this.#tabs.check();
    this.#announce();
  }

  #statusChanged(now) {
    if (this.#tabs?.leading) this.#tabs.tell({ kind: "present", now });
    this.#announce();
  }

  #announce() {
    if (this.#announced) return;
    this.#announced = true;
    queueMicrotask(() => {
      this.#announced = false;
      this.#changed(this.state);
    });
  }
}

/** A picture in an address: pages that allow no other pictures often allow these. */
function dataUrl(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

function parsed(data) {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}
