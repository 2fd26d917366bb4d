// Where the customer writes: Enter sends, Shift+Enter begins a new line, and nothing is sent while
// an input method is still composing a character.
import { button, h, icon, setText } from "./dom.js";
import { strings } from "./strings.js";

export const LIMIT = 4_000;
const WARN_BELOW = 400;
const COMPOSING = 229; // the key code of a key that went to the input method
const SEND = "M12 19V5m0 0-6 6m6-6 6 6";

export class Composer {
  #say;
  #field;
  #count = h("p", { class: "count", id: "frontdesk-count", "aria-live": "polite" });
  #button;

  /**
   * @param say  takes the text and returns whether it was taken
   * @param photos  takes photographs, from its own button here
   */
  constructor(say, photos) {
    this.#say = say;
    this.#field = h("textarea", {
      rows: "1",
      placeholder: strings.placeholder,
      "aria-label": strings.composer,
      "aria-describedby": "frontdesk-count",
      autocomplete: "off",
      enterkeyhint: "send",
      dir: "auto",
      oninput: () => this.#changed(),
      onkeydown: (event) => this.#key(event),
    });
    this.#button = h("button", { type: "submit", class: "send", "aria-label": strings.send, disabled: true }, icon(SEND));
    const send = (event) => {
      event.preventDefault();
      this.#send();
    };
    const line = h("div", { class: "line" }, this.#field, photos.button, photos.input, this.#button);
    this.element = h("form", { class: "composer", novalidate: true, onsubmit: send }, this.#count, line);
  }

  focus() {
    this.#field.focus({ preventScroll: true });
  }

  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === COMPOSING) return;
    event.preventDefault();
    this.#send();
  }

  #send() {
    const text = this.#field.value.trim();
    if (!text || length(text) > LIMIT || !this.#say(text)) return;
    this.#field.value = "";
    this.#changed();
    this.focus();
  }

  #changed() {
    const size = length(this.#field.value.trim());
    const left = LIMIT - size;
    const words = left < 0 ? strings.over(-left) : strings.left(left);
    setText(this.#count, left < WARN_BELOW ? words : "");
    this.#count.classList.toggle("over", left < 0);
    this.#field.setAttribute("aria-invalid", String(left < 0));
    this.#button.disabled = size === 0 || left < 0;
    this.#field.style.height = "auto";
    this.#field.style.height = `${this.#field.scrollHeight}px`;
  }
}

/** Characters as the server counts them: an emoji outside the basic plane is one. */
function length(text) {
  let size = 0;
  for (const _ of text) size += 1;
  return size;
}
