// The progress of a retraining, and what came of it.
import { post } from "./page.js";

const box = document.getElementById("job");
const retrain = document.getElementById("retrain");
const field = (name) => box.querySelector(`[data-field="${name}"]`);

function show(job) {
  box.hidden = false;
  field("state").textContent = job.state;
  field("step").textContent = job.step;
  box.querySelector("progress").value = job.progress;
}

async function watch(url) {
  for (;;) {
    const answer = await fetch(url);
    if (answer.ok) {
      const job = await answer.json();
      show(job);
      if (job.state === "done" || job.state === "failed") { location.reload(); return; }
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

if (box.dataset.job && !["done", "failed"].includes(box.dataset.state)) watch(box.dataset.job);

retrain?.addEventListener("submit", async (event) => {
  event.preventDefault();
  event.submitter.disabled = true;
  const answer = await post(retrain.action, new FormData(retrain));
  const job = await answer.json();
  if (!answer.ok) { window.alert(job.message); event.submitter.disabled = false; return; }
  show(job);
  watch(`/desk/models/jobs/${job.id}`);
});
