// Draws the conversation. Each message keeps its element from "sending" to its place in the
// transcript, so that a screen reader hears it once.
import { button, h, icon, setText } from "./dom.js";
import { linkParts } from "./links.js";
import { suggestions } from "./message.js";
import { strings } from "./strings.js";
import { clockTime, dayName, moment } from "./time.js";

const NEAR_END_PX = 80;
const DOWN = "M12 5v14m0 0 6-6m-6 6-6-6";

export class Log {
  #on;
  #rows = new Map();
  #greeting;
  #starters;
  #log = h("div", { class: "log", role: "log", "aria-label": strings.conversation, "aria-live": "off" });
  #loading = h("p", { class: "note" }, strings.loading);
  #choices = h("div", { class: "choices", role: "group", "aria-label": strings.suggestionGroup });
  #offered = null;
  #typing = h("div", { class: "typing", role: "status" });
  #scroller;
  #toEnd;
  #pinned = true; // the reader is at the end and wants to stay there
  #settled = false;

  /**
   * @param on  `choose(button)`, `retry(id)`, `goOnAnew()` and `discard(id)` when the customer presses one;
   *   `photo(key)` promises what an image can show
   */
  constructor({ greeting, starters }, on) {
    this.#on = on;
    this.#greeting = message("bot", strings.assistant, [h("p", { class: "text" }, ...linked(greeting))]);
    this.#greeting.removeAttribute("data-role"); // it is ours, and no part of the transcript
    this.#starters = h("div", { class: "choices starters", role: "group", "aria-label": strings.starterGroup });
    this.#starters.append(...starters.map((title) => this.#choice({ title, payload: "" })));
    this.#scroller = h(
      "div",
      { class: "scroller", tabindex: "0", onscroll: () => this.#scrolled() },
      this.#greeting,
      this.#starters,
      this.#loading,
      this.#log,
      this.#choices,
      this.#typing,
    );
    this.#toEnd = button(
      { class: "to-end", hidden: true, onclick: () => this.scrollToEnd() },
      icon(DOWN),
      strings.newMessages,
    );
    // The composer grows, a notice appears: what was at the end stays in sight.
    new ResizeObserver(() => this.#pinned && this.scrollToEnd()).observe(this.#scroller);
    this.element = h("div", { class: "conversation" }, this.#scroller, this.#toEnd);
  }

  render(state) {
    const follow = this.#atEnd || state.pending.some(({ id }) => !this.#rows.has(id));
    const fresh = this.#arrange(rowsOf(state));
    this.#loading.hidden = !state.loading;
    this.#starters.hidden = state.loading || state.messages.length > 0 || state.pending.length > 0;
    this.#offer(suggestions(state.messages, state.pending, state.owner));
    this.#showTyping(state);
    if (follow) this.scrollToEnd();
    else if (fresh) this.#toEnd.hidden = false;
    // What was there when the page came is history, not news to be read out.
    if (!state.loading && !this.#settled) {
      this.#settled = true;
      requestAnimationFrame(() => this.#log.setAttribute("aria-live", "polite"));
    }
  }

  scrollToEnd() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#toEnd.hidden = true;
  }

  get #atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }

  #scrolled() {
    this.#pinned = this.#atEnd;
    if (this.#pinned) this.#toEnd.hidden = true;
  }

  /** Bring the elements in line with `rows`; true when one from the other side is new. */
  #arrange(rows) {
    const wanted = new Set(rows.map(({ key }) => key));
    for (const [key, element] of this.#rows) {
      if (wanted.has(key)) continue;
      element.remove();
      this.#rows.delete(key);
    }
    let fresh = false;
    let place = this.#log.firstChild;
    for (const row of rows) {
      let element = this.#rows.get(row.key);
      if (!element) {
        element = row.day ? h("p", { class: "note day" }, row.day) : this.#message(row);
        this.#rows.set(row.key, element);
        fresh ||= !row.day && row.message.role !== "customer";
      }
      if (row.day) setText(element, row.day);
      else this.#update(element, row);
      if (element === place) place = place.nextSibling;
      else this.#log.insertBefore(element, place);
    }
    return fresh;
  }

  #message({ message: said }) {
    if (said.role === "system") return h("p", { class: "note", "data-role": "system" }, said.text);
    const parts = [];
    if (said.photo) parts.push(this.#photo(said.photo));
    else if (said.text) parts.push(h("p", { class: "text", dir: "auto" }, ...shown(said)));
    if (said.image) parts.push(picture(said.image));
    if (said.cards.length) parts.push(this.#cards(said.cards));
    if (said.links.length) parts.push(h("div", { class: "choices" }, ...said.links.map((one) => this.#choice(one))));
    return message(said.role, speaker(said), parts);
  }

  /** The customer's photograph, which is fetched with the token and so has no address of its own. */
  #photo({ key, width, height }) {
    const image = h("img", { class: "picture photo", alt: strings.photoYours, width, height });
    const gone = () => image.replaceWith(h("p", { class: "text" }, strings.photoGone));
    image.addEventListener("error", gone);
    this.#on.photo(key).then((src) => (image.src = src), gone);
    return image;
  }

  /** What changes about a message that is already drawn: its end line and its place in a group. */
  #update(element, { message: said, pending, first, last }) {
    element.classList.toggle("first", first);
    element.classList.toggle("last", last);
    if (said.role === "system") return;
    element.dataset.state = pending?.state ?? "sent";
    const line = element.querySelector(".end");
    if (pending?.state === "failed") {
      if (line.dataset.failed !== pending.error) line.replaceChildren(...this.#failed(pending));
      line.dataset.failed = pending.error;
      return;
    }
    delete line.dataset.failed;
    if (pending) setText(line, pending.held ? strings.waiting : strings.sending);
    else setText(line, timeOf(said));
  }

  #failed({ id, error }) {
    const again = button({ class: "plain", onclick: () => this.#on.retry(id) }, strings.tryAgain);
    const anew = button({ class: "plain", onclick: () => this.#on.goOnAnew() }, strings.newChat);
    const ways = { too_long: [], chat_too_long: [anew] }; // it would be as long again
    return [
      h("span", {}, strings.failed[error] ?? strings.failed.other),
      ...(ways[error] ?? [again]),
      button({ class: "plain", onclick: () => this.#on.discard(id) }, strings.discard),
    ];
  }

  #cards(cards) {
    const items = cards.map((card) =>
      h(
        "li",
        { class: "card" },
        card.image ? picture(card.image) : null,
        h("p", { class: "title", dir: "auto" }, card.title),
        card.subtitle ? h("p", { class: "subtitle", dir: "auto" }, card.subtitle) : null,
        ...card.buttons.map((one) => this.#choice(one)),
      ),
    );
    return h("ul", { class: "cards", role: "list", tabindex: "0", "aria-label": strings.cardGroup }, ...items);
  }

  #offer(offered) {
    if (offered === this.#offered) return;
    this.#offered = offered;
    this.#choices.replaceChildren(...offered.map((one) => this.#choice(one)));
    this.#choices.hidden = offered.length === 0;
  }

  #choice(one) {
    const attributes = { class: "choice", dir: "auto" };
    if (one.url) {
      return h("a", { ...attributes, href: one.url, target: "_blank", rel: "noopener noreferrer" }, one.title);
    }
    return button({ ...attributes, onclick: () => this.#on.choose(one) }, one.title);
  }

  #showTyping({ typing, agentName }) {
    const name = typing === "agent" ? strings.typingAgent(agentName || strings.colleague) : strings.typingBot;
    const wanted = typing ? name : "";
    if (this.#typing.dataset.shown === wanted) return;
    this.#typing.dataset.shown = wanted;
    this.#typing.replaceChildren();
    if (!typing) return;
    const dots = h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i"));
    this.#typing.append(dots, h("span", { class: "unseen" }, name));
  }
}

/** The rows to draw: days, then messages, then what is not confirmed. */
function rowsOf({ messages, pending, connection, trouble }) {
  const held = connection === "offline" || connection === "down" || trouble !== null;
  const all = [
    ...messages.map((said) => ({ key: said.clientId || `seq-${said.seq}`, message: said })),
    ...pending.map((entry) => ({ key: entry.id, message: unconfirmed(entry), pending: { ...entry, held } })),
  ];
  const rows = [];
  let day = "";
  for (const [index, row] of all.entries()) {
    const date = moment(row.message.createdAt);
    const name = date ? dayName(date, new Date()) : day;
    if (name !== day) rows.push({ key: `day-${row.key}`, day: name });
    day = name;
    const first = !goesOn(all[index - 1]?.message, row.message);
    rows.push({ ...row, first, last: !goesOn(row.message, all[index + 1]?.message) });
  }
  return rows;
}

function unconfirmed({ text, at }) {
  const createdAt = new Date(at || Date.now()).toISOString();
  return { role: "customer", text, createdAt, cards: [], links: [], image: null, photo: null, agentName: "" };
}

/** Whether `next` continues what `said` began: same speaker, same minute. */
function goesOn(said, next) {
  return Boolean(said && next) && next.role === said.role && speaker(next) === speaker(said) && timeOf(next) === timeOf(said);
}

function timeOf({ createdAt }) {
  const date = moment(createdAt);
  return date ? clockTime(date) : "";
}

function speaker({ role, agentName }) {
  if (role === "customer") return strings.you;
  return role === "agent" ? agentName || strings.colleague : strings.assistant;
}

function message(role, name, parts) {
  const named = role === "agent" ? h("p", { class: "name" }, name) : h("p", { class: "unseen" }, `${name}:`);
  return h(
    "div",
    { class: "message", "data-role": role },
    named,
    ...parts,
    h("p", { class: "end" }),
  );
}

function shown({ role, text }) {
  return role === "customer" ? [text] : linked(text);
}

function linked(text) {
  return linkParts(text).map(({ text: part, href }) =>
    href ? h("a", { href, target: "_blank", rel: "noopener noreferrer" }, part) : part,
  );
}

function picture(src) {
  const hide = ({ target }) => (target.hidden = true);
  const attributes = { class: "picture", src, alt: strings.picture, loading: "lazy", onerror: hide };
  return h("img", { ...attributes, referrerpolicy: "no-referrer" });
}
