// The chat on the page: launcher, panel, header, notices; what is open and where the focus is.
import { Composer } from "./composer.js";
import { button, h, icon, setText } from "./dom.js";
import { Log } from "./log.js";
import { PhotoStrip } from "./photos.js";
import { strings } from "./strings.js";

const BUBBLE = "M12 4c-4.7 0-8.5 3.1-8.5 7 0 2.1 1.1 4 2.9 5.3L5.6 20l4-2.2c.8.2 1.6.2 2.4.2 4.7 0 8.5-3.1 8.5-7S16.7 4 12 4Z";
const DOWN = "m6 9 6 6 6-6";
const CROSS = "m6 6 12 12M18 6 6 18";
const ANEW = "M12 5H6a1 1 0 0 0-1 1v12a1 1 0 0 0 1 1h12a1 1 0 0 0 1-1v-6m-1.5-8.5 2 2L12 13l-3 1 1-3Z";
const PHONE = "(max-width: 480px)";
const MANY = 99;

export class View {
  #chat;
  #settings;
  #openKey;
  #state = null;
  #root;
  #panel;
  #log;
  #composer;
  #photos;
  #confirm;
  #launcher;
  #badge = h("span", { class: "badge", "aria-hidden": "true" });
  #status = h("p", { class: "status", role: "status" });
  #notice = h("p", { class: "notice", role: "status" });
  #anew;
  #phone = window.matchMedia(PHONE);

  constructor(settings, chat) {
    this.#settings = settings;
    this.#chat = chat;
    this.#openKey = `frontdesk:${settings.server}:open`;
    this.#log = new Log(settings, {
      choose: ({ title, payload }) => this.#choose(title, payload),
      retry: (id) => this.#chat.retry(id),
      goOnAnew: () => this.#chat.goOnAnew(),
      discard: (id) => this.#chat.discard(id),
      photo: (key) => this.#chat.photo(key),
    });
    this.#photos = new PhotoStrip((file, id) => this.#chat.sendPhoto(file, id));
    this.#composer = new Composer((text) => this.#chat.say(text), this.#photos);
    this.#panel = this.#makePanel();
    this.#launcher = button(
      { class: "launcher", "aria-expanded": "false", onclick: () => (this.isOpen ? this.close() : this.open()) },
      icon(BUBBLE),
      icon(DOWN),
      this.#badge,
    );
    this.#root = h("div", { class: "root", onkeydown: (event) => this.#key(event) }, this.#panel, this.#launcher);
    document.addEventListener("visibilitychange", () => this.#read());
    this.#phone.addEventListener("change", () => this.#arrange());
    for (const name of ["resize", "scroll"]) window.visualViewport?.addEventListener(name, () => this.#fit());
  }

  get isOpen() {
    return !this.#panel.hidden;
  }

  /** Put the chat into `shadow`; as open as this tab last had it. */
  mount(shadow) {
    shadow.append(this.#root);
    if (!this.#phone.matches && remembered(this.#openKey)) this.#show();
    this.#arrange();
  }

  open() {
    this.#show();
    this.#composer.focus();
  }

  close() {
    if (!this.isOpen) return;
    this.#panel.hidden = true;
    remember(this.#openKey, false);
    this.#arrange();
    this.#launcher.focus({ preventScroll: true });
  }

  render(state) {
    this.#state = state;
    this.#log.render(state);
    setText(this.#status, statusText(state));
    this.#status.dataset.connection = state.owner === "human" ? `${state.connection} human` : state.connection;
    setText(this.#notice, strings.notice[state.notice] ?? "");
    this.#anew.hidden = state.messages.length === 0;
    if (this.#anew.hidden) this.#confirm.hidden = true;
    this.#read();
    this.#arrange();
  }

  #makePanel() {
    const { shopName } = this.#settings;
    this.#anew = button(
      { class: "tool", "aria-label": strings.newChat, title: strings.newChat, onclick: () => this.#ask() },
      icon(ANEW),
    );
    const close = button(
      { class: "tool", "aria-label": strings.closeChat, title: strings.closeChat, onclick: () => this.close() },
      icon(CROSS),
    );
    const mark = h("span", { class: "mark", "aria-hidden": "true" }, [...shopName][0].toUpperCase());
    const title = h("div", { class: "who" }, h("h2", {}, shopName), this.#status);
    this.#confirm = h(
      "div",
      { class: "confirm", role: "group", "aria-label": strings.newChat, hidden: true },
      h("p", {}, strings.confirmNewChat),
      button({ class: "choice", onclick: () => this.#startAnew() }, strings.confirmYes),
      button({ class: "choice", onclick: () => this.#unask() }, strings.confirmNo),
    );
    const panel = h(
      "section",
      { class: "panel", role: "dialog", "aria-label": strings.panel(shopName), hidden: true },
      h("header", {}, mark, title, this.#anew, close),
      this.#log.element,
      this.#notice,
      this.#confirm,
      this.#photos.element,
      this.#composer.element,
    );
    this.#photos.takeFrom(panel);
    return panel;
  }

  #show() {
    if (this.isOpen) return;
    this.#panel.hidden = false;
    remember(this.#openKey, true);
    this.#log.scrollToEnd();
    this.#arrange();
    this.#read();
  }

  #choose(title, payload) {
    if (this.#chat.say(title, payload)) this.#composer.focus(); // the pressed button is about to go
  }

  #ask() {
    this.#confirm.hidden = false;
    this.#confirm.querySelector("button").focus();
  }

  #unask() {
    this.#confirm.hidden = true;
    this.#composer.focus();
  }

  #startAnew() {
    this.#unask();
    this.#chat.reset({ everything: false });
  }

  #key(event) {
    if (event.key === "Escape" && this.isOpen) {
      event.stopPropagation();
      if (this.#confirm.hidden) this.close();
      else this.#unask();
    } else if (event.key === "Tab" && this.isOpen && this.#phone.matches) {
      this.#keepInside(event);
    }
  }

  /** On a phone the panel covers the page: Tab goes round inside it. */
  #keepInside(event) {
    const all = this.#panel.querySelectorAll("button:enabled, a[href], textarea, [tabindex='0']");
    const reachable = [...all].filter((element) => element.getClientRects().length);
    const [from, to] = event.shiftKey ? [reachable[0], reachable.at(-1)] : [reachable.at(-1), reachable[0]];
    if (this.#panel.getRootNode().activeElement !== from) return;
    event.preventDefault();
    to.focus();
  }

  /** A phone's keyboard covers the page without resizing it: fit into what is left to see. */
  #fit() {
    const { height, offsetTop } = window.visualViewport;
    this.#panel.style.setProperty("--seen", `${height}px`);
    this.#panel.style.setProperty("--seen-from", `${offsetTop}px`);
  }

  #read() {
    if (this.isOpen && !document.hidden) this.#chat.markSeen();
  }

  #arrange() {
    const unread = this.isOpen ? 0 : (this.#state?.unread ?? 0);
    const name = unread ? strings.openChatUnread(unread) : strings.openChat;
    this.#launcher.setAttribute("aria-label", this.isOpen ? strings.closeChat : name);
    this.#launcher.setAttribute("aria-expanded", String(this.isOpen));
    this.#launcher.hidden = this.isOpen && this.#phone.matches;
    this.#panel.setAttribute("aria-modal", String(this.#phone.matches));
    setText(this.#badge, unread > MANY ? `${MANY}+` : String(unread || ""));
    this.#badge.hidden = unread === 0;
  }
}

function statusText({ connection, owner, agentName }) {
  if (connection === "offline") return strings.statusOffline;
  if (connection === "down") return strings.statusUnreachable;
  if (connection === "connecting") return strings.statusConnecting;
  if (owner === "human") return strings.statusAgent(agentName || strings.colleague);
  return connection === "online" ? strings.statusOnline : strings.statusIdle;
}

function remember(key, open) {
  try {
    if (open) sessionStorage.setItem(key, "1");
    else sessionStorage.removeItem(key);
  } catch {
    // Without storage the chat is closed on the next page.
  }
}

function remembered(key) {
  try {
    return sessionStorage.getItem(key) === "1";
  } catch {
    return false;
  }
}
