// The one script a shop includes. It draws nothing itself: it takes commands into a queue at once
// and fetches the chat's modules from beside its own address, without holding up the page.
(() => {
  "use strict";
  const earlier = window.frontdesk;
  if (earlier?.started) return;
  // A page that wants to speak before this script is there brings
  // `window.frontdesk = function () { (frontdesk.q = frontdesk.q || []).push(arguments); }`.
  const queue = Array.isArray(earlier?.q) ? earlier.q : [];
  const frontdesk = (...command) => void queue.push(command);
  frontdesk.q = queue;
  frontdesk.started = true;
  window.frontdesk = frontdesk;

  const source = document.currentScript.src;
  import(new URL("static/widget/main.js", source).href)
    .then(({ start }) => start(source, window.frontdeskSettings, queue))
    .catch((error) => console.error("The chat could not be loaded.", error));
})();
