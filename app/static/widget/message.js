// A message as the rest of the chat may rely on it, made from whatever the server sent.

const ROLES = new Set(["customer", "bot", "agent", "system"]);
const SAFE = new Set(["http:", "https:"]);
const NONE = Object.freeze([]);

/** The message in `raw`, every field of its type; null when it has no number or no known role. */
export function readMessage(raw) {
  if (!raw || !Number.isSafeInteger(raw.seq) || raw.seq < 1 || !ROLES.has(raw.role)) return null;
  const offered = buttons(raw.buttons);
  return {
    seq: raw.seq,
    role: raw.role,
    text: string(raw.text),
    buttons: offered.filter(({ url }) => !url),
    links: offered.filter(({ url }) => url),
    image: safeUrl(raw.image),
    photo: photo(raw.photo),
    cards: list(raw.elements).map(card).filter((one) => one.title || one.image),
    createdAt: string(raw.created_at),
    clientId: raw.role === "customer" ? string(raw.client_msg_id) : "",
    agentName: string(raw.agent_name),
  };
}

/** `value` as an absolute http or https address, or null. */
export function safeUrl(value) {
  try {
    const url = new URL(value);
    return SAFE.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/**
 * The choices to offer now: those of the newest message with any, unless the customer has spoken
 * since or a person has taken over. Links are no choices: they stay in their own message.
 */
export function suggestions(messages, pending, owner) {
  if (pending.length || owner === "human") return NONE;
  for (let index = messages.length - 1; index >= 0; index -= 1) {
    const message = messages[index];
    if (message.role === "customer" || message.role === "agent") return NONE;
    if (message.buttons.length) return message.buttons;
  }
  return NONE;
}

function card(raw) {
  return {
    title: string(raw?.title),
    subtitle: string(raw?.subtitle),
    image: safeUrl(raw?.image_url),
    buttons: buttons(raw?.buttons),
  };
}

/** A photograph of the customer's: its key, and its size in pixels. */
function photo(raw) {
  if (!/^[0-9a-f]{32}$/.test(string(raw?.key))) return null;
  const sized = [raw.width, raw.height].every((side) => Number.isSafeInteger(side) && side > 0);
  return sized ? { key: raw.key, width: raw.width, height: raw.height } : null;
}

/** A button sends its payload, or leads to an address; one that does neither sends its title. */
function buttons(raw) {
  return list(raw)
    .map((one) => ({ title: string(one?.title), payload: string(one?.payload), url: safeUrl(one?.url) }))
    .filter((one) => one.title);
}

function list(value) {
  return Array.isArray(value) ? value : [];
}

function string(value) {
  return typeof value === "string" ? value : "";
}
