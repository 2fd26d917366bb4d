// Finds what may become a link in a text: web addresses and e-mail addresses, nothing else.

const FOUND = /\b(?:https?:\/\/|mailto:)[^\s<>"'`\\]{1,2000}|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/gi;
const ALLOWED = new Set(["http:", "https:", "mailto:"]);

/**
 * The text in pieces whose joined `text` is the text itself.
 * @returns {{text: string, href?: string}[]}
 */
export function linkParts(text) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(FOUND)) {
    const shown = withoutEnding(match[0]);
    const href = address(shown);
    if (!href) continue;
    if (match.index > end) parts.push({ text: text.slice(end, match.index) });
    parts.push({ text: shown, href });
    end = match.index + shown.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}

/** A full stop or bracket after an address belongs to the sentence. */
function withoutEnding(found) {
  let shown = found;
  while (/[.,;:!?)\]}*_]$/.test(shown)) {
    if (shown.endsWith(")") && shown.includes("(")) break;
    shown = shown.slice(0, -1);
  }
  return shown;
}

function address(shown) {
  const written = /^(?:https?|mailto):/i.test(shown) ? shown : `mailto:${shown}`;
  try {
    const url = new URL(written);
    // "https://shop.example@elsewhere.example" is written to deceive.
    return ALLOWED.has(url.protocol) && !url.username && !url.password ? url.href : null;
  } catch {
    return null;
  }
}
