// Server-sent events out of a stream of text pieces, however the pieces are cut.
// The rules are those of the HTML standard, section "Interpreting an event stream".

export class EventParser {
  #rest = "";
  #afterReturn = false;
  #event = "";
  #data = [];
  #id = null;
  /** What the server asked to wait before a new connection, in ms; null if it never said. */
  retry = null;

  /**
   * Take the next piece and return the events it completes.
   * @returns {{event: string, data: string, id: string|null}[]}  `id` is null unless the event had one
   */
  push(piece) {
    const events = [];
    for (const line of this.#lines(piece)) {
      if (line === "") this.#dispatch(events);
      else this.#field(line);
    }
    return events;
  }

  #lines(piece) {
    if (piece === "") return [];
    // A line may end in CR LF with the piece's end in between.
    const text = this.#afterReturn && piece.startsWith("\n") ? piece.slice(1) : piece;
    this.#afterReturn = piece.endsWith("\r");
    const lines = (this.#rest + text).split(/\r\n|\r|\n/);
    this.#rest = lines.pop();
    return lines;
  }

  #field(line) {
    const colon = line.indexOf(":");
    if (colon === 0) return; // a comment: the server's heartbeat
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "event") this.#event = value;
    else if (name === "data") this.#data.push(value);
    else if (name === "id" && !value.includes("\0")) this.#id = value;
    else if (name === "retry" && /^\d+$/.test(value)) this.retry = Number(value);
  }

  #dispatch(events) {
    if (this.#data.length) {
      events.push({ event: this.#event || "message", data: this.#data.join("\n"), id: this.#id });
    }
    this.#event = "";
    this.#data = [];
    this.#id = null;
  }
}
