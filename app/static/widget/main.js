// Puts the chat together on a page of the shop.
import { Chat } from "./chat.js";
import { palette } from "./colour.js";
import { readSettings } from "./settings.js";
import { lang } from "./strings.js";
import { View } from "./view.js";

/**
 * Start the chat.
 * @param {string} source  the address the loader came from
 * @param {unknown} given  `window.frontdeskSettings`
 * @param {Array} queue  commands given so far; from now on what is pushed is done at once
 */
export async function start(source, given, queue) {
  const settings = readSettings(given, source);
  const sheet = await styleSheet();
  let view = null;
  const chat = new Chat(settings, (state) => view?.render(state));
  view = new View(settings, chat);
  const commands = {
    open: () => view.open(),
    close: () => view.close(),
    reset: () => chat.reset(),
    look: (product) => chat.look(product),
    identify: (identity) => chat.identify(identity),
  };
  const run = ([name, ...values]) => {
    if (Object.hasOwn(commands, name)) commands[name](...values);
    else console.warn(`The chat has no command "${name}".`);
  };
  await bodyReady();
  view.mount(makeHost(settings, sheet));
  for (const command of queue.splice(0)) run(command);
  queue.push = (...more) => more.forEach(run);
  chat.start();
}

/** Constructed, so that a shop whose policy forbids inline styles need not make an exception. */
async function styleSheet() {
  const response = await fetch(new URL("widget.css", import.meta.url));
  if (!response.ok) throw new Error(`widget.css: ${response.status}`);
  return new CSSStyleSheet().replace(await response.text());
}

function makeHost({ accent }, sheet) {
  const host = document.createElement("div");
  host.id = "frontdesk-widget";
  for (const [name, colour] of Object.entries(palette(accent))) host.style.setProperty(name, colour);
  const shadow = host.attachShadow({ mode: "open" });
  shadow.adoptedStyleSheets = [sheet];
  host.dir = getComputedStyle(document.documentElement).direction;
  host.lang = lang;
  document.body.append(host);
  return shadow;
}

function bodyReady() {
  if (document.body) return null;
  return new Promise((resolve) => document.addEventListener("DOMContentLoaded", resolve, { once: true }));
}
