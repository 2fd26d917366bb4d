// Building elements. Text goes in as text nodes only: there is no way through here for markup.

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element. Attributes that are functions become listeners (`onclick`), `true` an empty
 * attribute; `false`, `null` and `undefined` are left out. Children are nodes or text.
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null && child !== ""));
  return element;
}

/** A line drawing of 24 by 24 units in the colour of the text around it. */
export function icon(...paths) {
  const svg = document.createElementNS(SVG, "svg");
  const attributes = { viewBox: "0 0 24 24", "aria-hidden": "true", class: "icon" };
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value);
  for (const d of paths) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

/** A button with a text, or with an icon and a name that is read aloud. */
export function button(attributes, ...children) {
  return h("button", { type: "button", ...attributes }, ...children);
}

/** Set a text only when it changes, so that a live region speaks only when there is news. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
