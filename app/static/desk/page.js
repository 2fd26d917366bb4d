// What every page of the desk needs: posting with the CSRF token, and the live stream.

const token = () => document.querySelector('meta[name="csrf-token"]').content;

/** POST a form's fields (or an object) and return the response. */
export function post(url, fields) {
  const body = fields instanceof FormData ? fields : new URLSearchParams(fields);
  return fetch(url, {
    method: "POST",
    body,
    headers: { "X-CSRFToken": token(), "X-Requested-With": "fetch" },
  });
}

/** Call `changed(note)` at every change; the browser reconnects by itself. */
export function follow(url, changed) {
  const source = new EventSource(url);
  source.addEventListener("change", (event) => changed(JSON.parse(event.data)));
  source.addEventListener("signed-out", () => {
    source.close();
    location.assign("/desk/login");
  });
  return source;
}

/** Run `work` now, and once more after it if it was asked for meanwhile. */
export function oneAtATime(work) {
  let running = false, again = false;
  return async function run() {
    if (running) { again = true; return; }
    running = true;
    try {
      do { again = false; await work(); } while (again);
    } finally { running = false; }
  };
}
