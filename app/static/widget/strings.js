// Every word the chat says by itself, in one place.
const plural = (count, one, many) => (count === 1 ? one : many);

export const strings = Object.freeze({
  shop: "the shop",
  greeting: (shop) =>
    `Hello! I'm the automatic assistant of ${shop}. Ask me about an order, a delivery, a return ` +
    "or a product, and I'll fetch a person whenever you like.",
  starters: ["Where is my order?", "Cancel an order", "Return something", "Talk to a human"],

  openChat: "Open chat",
  openChatUnread: (count) => `Open chat, ${count} unread ${plural(count, "message", "messages")}`,
  closeChat: "Close chat",
  newChat: "Start a new chat",
  panel: (shop) => `Chat with ${shop}`,
  conversation: "Conversation",
  starterGroup: "Ways to start",
  suggestionGroup: "Suggested answers",
  cardGroup: "Suggestions, scroll sideways",
  newMessages: "New messages",
  loading: "Loading your conversation …",

  you: "You",
  assistant: "Assistant",
  colleague: "A colleague",
  picture: "A picture from the shop",
  today: "Today",
  yesterday: "Yesterday",
  typingBot: "The assistant is writing …",
  typingAgent: (name) => `${name} is writing …`,

  statusIdle: "Assistant",
  statusOnline: "Assistant · online",
  statusAgent: (name) => `${name} is with you`,
  statusConnecting: "Connecting …",
  statusUnreachable: "We can't be reached just now. We keep trying.",
  statusOffline: "You are offline; we'll send your messages when you're back",

  composer: "Your message",
  placeholder: "Write a message …",
  send: "Send",
  left: (count) => `${count} ${plural(count, "character", "characters")} left`,
  over: (count) => `${count} ${plural(count, "character", "characters")} too many`,

  photo: "Add a photograph",
  photoDrop: "Drop your photograph here",
  photoSending: "Sending your photograph …",
  photoYours: "The photograph you sent",
  photoGone: "A photograph that can't be shown just now",
  photoAgain: "Try again",
  photoDismiss: "Close",
  photoFailed: {
    not_a_photo: "That file is no photograph we can read. Please choose a JPEG, PNG or WebP picture.",
    photo_too_large: "That photograph is too large. Please choose one of up to 8 MB.",
    too_many_photos: "There are enough photographs in this chat already, thank you.",
    too_many: "That was a lot at once. Please wait a minute and try again.",
    network: "We can't be reached just now. Your photograph was not sent.",
    other: "Your photograph was not sent: something went wrong on our side.",
  },

  sending: "Sending …",
  waiting: "Waiting to be sent",
  tryAgain: "Try again",
  discard: "Delete",
  failed: {
    too_long: "Not sent: longer than 4,000 characters.",
    invalid: "Not sent: we could not read it.",
    other: "Not sent: something went wrong on our side.",
  },
  notice: {
    network: "We can't be reached just now. Your message is kept and will be sent.",
    unavailable: "We can't take messages just now. Yours is kept and will be sent shortly.",
    too_many: "That was a lot at once. Your message is kept and will be sent in a moment.",
    full: "Many messages are waiting already. Please wait until they are sent.",
    somebody_else: "Your sign-in at the shop has changed, so this is a new chat.",
    ended: "That chat has ended. Write to us and a new one begins.",
  },
  confirmNewChat: "Start a new chat? This one will be closed.",
  confirmYes: "Start anew",
  confirmNo: "Keep this one",
});
