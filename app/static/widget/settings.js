// What the shop says in `window.frontdeskSettings`, checked, with what it leaves out filled in.
import { strings } from "./strings.js";

const MAX_STARTERS = 6;

/**
 * @param {unknown} given  `window.frontdeskSettings`, or nothing
 * @param {string} source  the address the loader came from: its folder is the server
 */
export function readSettings(given, source) {
  const raw = given && typeof given === "object" ? given : {};
  const shopName = text(raw.shopName, strings.shop, 60);
  return {
    server: serverAddress(raw.server, source),
    shopName,
    greeting: text(raw.greeting, strings.greeting(shopName), 600),
    starters: starters(raw.starters),
    accent: text(raw.accent, "", 64),
    product: productNumber(raw.product),
    getIdentity: typeof raw.getIdentity === "function" ? raw.getIdentity : null,
  };
}

/** An article number as the server takes it; anything else is none. */
export function productNumber(given) {
  return text(given, "", 64);
}

function serverAddress(server, source) {
  const address = new URL(typeof server === "string" && server ? `${server}/` : ".", source);
  address.search = address.hash = "";
  return address.href.replace(/\/+$/, "");
}

function starters(given) {
  if (!Array.isArray(given)) return strings.starters;
  return given.map((starter) => text(starter, "", 80)).filter(Boolean).slice(0, MAX_STARTERS);
}

function text(value, otherwise, limit) {
  return typeof value === "string" && value.trim() ? value.trim().slice(0, limit) : otherwise;
}
