// What a shop does to have the chat on its pages: settings, who is signed in, and telling the chat
// when that changes.

window.frontdesk = window.frontdesk || function () {
  (window.frontdesk.q = window.frontdesk.q || []).push(arguments);
};

const { signedIn, product } = document.body.dataset;

window.frontdeskSettings = {
  shopName: "Larkspur",
  accent: "#4f46a5",
  product, // what the page shows, so that "something like this" is understood
  // The shop's server vouches for its own signed-in customer with a token that lives ten minutes.
  getIdentity: signedIn === undefined ? async () => null : async () => {
    const answer = await fetch("/shop/identity", { credentials: "same-origin" });
    if (!answer.ok) throw new Error(`no identity: ${answer.status}`);
    return (await answer.json()).token;
  },
};

// Whoever signs out, or comes after a customer, must not find that customer's conversation.
for (const form of document.querySelectorAll("form[data-ends-chat]")) {
  form.addEventListener("submit", () => window.frontdesk("reset"));
}
for (const opener of document.querySelectorAll("[data-ask]")) {
  opener.addEventListener("click", () => window.frontdesk("open"));
}
