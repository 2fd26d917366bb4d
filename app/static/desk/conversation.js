// A transcript that grows as it happens, labels in place, answers without a reload.
import { follow, oneAtATime, post } from "./page.js";

// crypto.randomUUID exists only on https and localhost; a desk may be elsewhere.
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
const transcript = document.getElementById("transcript");
const writing = document.getElementById("customer-typing");
const reply = document.getElementById("reply");
// What each message looked like when the server last told, without the token that every answer brings anew.
const told = new Map();
const look = (item) => {
  const copy = item.cloneNode(true);
  for (const token of copy.querySelectorAll("[name=csrf_token]")) token.remove();
  return copy.outerHTML;
};
for (const item of transcript.children) told.set(item.id, look(item));

// Only what changed is exchanged: a choice half made, or a press half done, stays under the agent's hand.
const refresh = oneAtATime(async () => {
  const answer = await fetch(`${transcript.dataset.part}?after=0`);
  if (!answer.ok || answer.redirected) return;
  const atEnd = window.innerHeight + window.scrollY >= document.body.scrollHeight - 80;
  const page = document.createElement("template");
  page.innerHTML = await answer.text();
  for (const item of [...page.content.children]) {
    const now = look(item), old = document.getElementById(item.id);
    if (told.get(item.id) === now) continue;
    told.set(item.id, now);
    if (!old) { transcript.append(item); continue; }
    for (const open of old.querySelectorAll("details[open]")) {
      item.querySelectorAll("details").forEach((each) => { each.open ||= each.className === open.className; });
    }
    old.replaceWith(item);
  }
  if (atEnd) window.scrollTo(0, document.body.scrollHeight);
  await new Promise((resolve) => setTimeout(resolve, 200));
});

follow(transcript.dataset.stream, (note) => {
  if (note.kind === "typing") { writing.hidden = !(note.on && note.role === "bot"); return; }
  if (note.kind === "owner") { location.reload(); return; }
  refresh();
});

// An explanation is made when somebody asks for it. "toggle" does not bubble, so it is caught on its way down.
transcript.addEventListener("toggle", async (event) => {
  const { target } = event;
  if (!target.matches(".why[open]") || target.dataset.asked) return;
  target.dataset.asked = "1";
  const place = target.querySelector(".because");
  const answer = await fetch(target.dataset.why, { headers: { "X-Requested-With": "fetch" } });
  if (answer.ok && !answer.redirected) { place.innerHTML = await answer.text(); place.classList.remove("soft"); return; }
  delete target.dataset.asked;
  place.textContent = answer.redirected ? "Please sign in again." : (await answer.json()).message;
}, true);

transcript.addEventListener("submit", async (event) => {
  if (!event.target.matches(".label-form")) return;
  event.preventDefault();
  const fields = new FormData(event.target, event.submitter);
  const answer = await post(event.target.action, fields);
  if (!answer.ok) window.alert((await answer.json()).message);
  refresh();
});

if (reply) {
  const field = reply.elements.text;
  let messageId = newId(), typing = 0;
  reply.addEventListener("submit", async (event) => {
    event.preventDefault();
    const fields = new FormData(reply);
    // The same id until it is delivered: pressing twice sends once.
    fields.set("client_msg_id", messageId);
    const answer = await post(reply.action, fields);
    if (!answer.ok) { window.alert((await answer.json()).message); return; }
    messageId = newId();
    reply.reset();
    refresh();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); reply.requestSubmit(); }
  });
  field.addEventListener("input", () => {
    if (Date.now() - typing < 3000) return;
    typing = Date.now();
    post(reply.dataset.typing, { on: "1" });
  });
}
window.scrollTo(0, document.body.scrollHeight);
