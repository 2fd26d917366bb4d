// Photographs: chosen with the button, dropped on the panel or pasted, sent one at a time, with a
// line above the composer that says how it goes.
import { ApiError } from "./api.js";
import { button, h, icon } from "./dom.js";
import { idMaker } from "./ids.js";
import { strings } from "./strings.js";

const KINDS = ["image/jpeg", "image/png", "image/webp"];
const LARGEST = 8 * 1024 * 1024;
const CAMERA = [
  "M4 8h3l1.5-2.5h7L17 8h3a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V9a1 1 0 0 1 1-1Z",
  "M12 16.5a3.3 3.3 0 1 0 0-6.6 3.3 3.3 0 0 0 0 6.6Z",
];

export class PhotoStrip {
  #send;
  #newId = idMaker();
  #busy = false;
  element = h("div", { class: "strip", role: "status" });
  button;
  input;

  /** @param send  takes a file and an id, and promises that it was sent; ApiError when it was not */
  constructor(send) {
    this.#send = send;
    this.input = h("input", { type: "file", accept: KINDS.join(","), class: "unseen", tabindex: "-1", "aria-hidden": "true" });
    this.input.addEventListener("change", () => {
      this.#take(this.input.files);
      this.input.value = ""; // the same file may be chosen again
    });
    this.button = button(
      { class: "attach", "aria-label": strings.photo, title: strings.photo, onclick: () => this.input.click() },
      icon(...CAMERA),
    );
  }

  /** Take what is dropped on `panel` or pasted in it, if it is a file. */
  takeFrom(panel) {
    const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");
    const over = (on) => panel.classList.toggle("dropping", on);
    panel.dataset.drop = strings.photoDrop;
    panel.addEventListener("dragover", (event) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      over(true);
    });
    panel.addEventListener("dragleave", (event) => panel.contains(event.relatedTarget) || over(false));
    panel.addEventListener("drop", (event) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      over(false);
      this.#take(event.dataTransfer.files);
    });
    panel.addEventListener("paste", (event) => {
      const { files } = event.clipboardData;
      // A copied table or text comes with a picture of itself: then the words are meant.
      if (!files.length || event.clipboardData.types.includes("text/plain")) return;
      event.preventDefault();
      this.#take(files);
    });
  }

  #take([file]) {
    if (!file || this.#busy) return;
    if (file.size > LARGEST) this.#say(strings.photoFailed.photo_too_large);
    else this.#try(file, this.#newId());
  }

  async #try(file, id) {
    this.#busy = this.button.disabled = true;
    this.#say(strings.photoSending, { busy: true });
    try {
      await this.#send(file, id);
      this.#say("");
    } catch (error) {
      if (!(error instanceof ApiError)) console.error("The chat failed to send a photograph.", error);
      // The same bytes would be refused again; anything else may pass.
      const again = error.final ? null : () => this.#try(file, id);
      this.#say(strings.photoFailed[error.code] ?? strings.photoFailed.other, { again });
    } finally {
      this.#busy = this.button.disabled = false;
    }
  }

  #say(text, { busy = false, again = null } = {}) {
    this.element.classList.toggle("failed", Boolean(text) && !busy);
    this.element.replaceChildren();
    if (!text) return;
    this.element.append(h("span", { class: "words" }, text));
    if (again) this.element.append(button({ class: "plain", onclick: again }, strings.photoAgain));
    if (!busy) this.element.append(button({ class: "plain", onclick: () => this.#say("") }, strings.photoDismiss));
  }
}
