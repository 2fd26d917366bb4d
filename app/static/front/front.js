// A bot's own page has the chat open at once, and no questions that only a shop's bot could answer.

window.frontdesk = window.frontdesk || function () {
  (window.frontdesk.q = window.frontdesk.q || []).push(arguments);
};

const bot = document.body.dataset.bot;
window.frontdeskSettings = {
  shopName: bot,
  greeting: `You are talking to ${bot}. Say hello.`,
  starters: [],
};

window.frontdesk("open");
document.querySelector("[data-open]").addEventListener("click", () => window.frontdesk("open"));
