// The list of conversations keeps itself up to date.
import { follow, oneAtATime } from "./page.js";

const rows = document.getElementById("rows");

const refresh = oneAtATime(async () => {
  const url = new URL(location.href);
  url.searchParams.set("part", "rows");
  const answer = await fetch(url);
  if (answer.ok && !answer.redirected) rows.innerHTML = await answer.text();
  await new Promise((resolve) => setTimeout(resolve, 500));
});

follow("/desk/stream", (note) => { if (note.kind !== "typing") refresh(); });
