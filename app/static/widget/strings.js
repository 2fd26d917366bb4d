// Every word the chat says by itself, in one place, in English and Chinese.
const plural = (count, one, many) => (count === 1 ? one : many);

const english = {
  locale: undefined, // times as the browser writes them
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
    chat_too_long: "This chat has become very long. Please start a new one and send it there.",
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
    chat_too_long: "Not sent: this chat has become very long. Please start a new one.",
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
};

const chinese = {
  locale: "zh-CN",
  shop: "本店",
  greeting: (shop) =>
    `您好！我是 ${shop} 的智能助手。订单、配送、退换货和商品，都可以问我；想找真人，我随时为您转接。`,
  starters: ["我的订单到哪了？", "取消订单", "我要退货", "转人工"],

  openChat: "打开聊天",
  openChatUnread: (count) => `打开聊天，${count} 条未读消息`,
  closeChat: "关闭聊天",
  newChat: "开始新的聊天",
  panel: (shop) => `与 ${shop} 聊天`,
  conversation: "对话",
  starterGroup: "可以这样开始",
  suggestionGroup: "推荐回复",
  cardGroup: "推荐商品，可左右滑动",
  newMessages: "新消息",
  loading: "正在载入您的对话……",

  you: "您",
  assistant: "智能助手",
  colleague: "客服同事",
  picture: "商店的图片",
  today: "今天",
  yesterday: "昨天",
  typingBot: "助手正在输入……",
  typingAgent: (name) => `${name} 正在输入……`,

  statusIdle: "智能助手",
  statusOnline: "智能助手 · 在线",
  statusAgent: (name) => `${name} 为您服务`,
  statusConnecting: "正在连接……",
  statusUnreachable: "暂时连不上，我们会继续尝试。",
  statusOffline: "您已离线，恢复联网后会自动发送消息",

  composer: "您的消息",
  placeholder: "输入消息……",
  send: "发送",
  left: (count) => `还可输入 ${count} 个字符`,
  over: (count) => `超出 ${count} 个字符`,

  photo: "添加照片",
  photoDrop: "把照片拖到这里",
  photoSending: "正在发送照片……",
  photoYours: "您发送的照片",
  photoGone: "照片暂时无法显示",
  photoAgain: "再试一次",
  photoDismiss: "关闭",
  photoFailed: {
    not_a_photo: "这不是我们能识别的照片，请选择 JPEG、PNG 或 WebP 图片。",
    photo_too_large: "照片太大，请选择 8 MB 以内的图片。",
    too_many_photos: "这个对话里的照片已经够多了，谢谢。",
    chat_too_long: "这个聊天已经很长了，请开始新的聊天再发送。",
    too_many: "一次发得太多了，请过一分钟再试。",
    network: "暂时连不上，照片没有发出去。",
    other: "我们这边出了点问题，照片没有发出去。",
  },

  sending: "正在发送……",
  waiting: "等待发送",
  tryAgain: "再试一次",
  discard: "删除",
  failed: {
    too_long: "没有发送：超过 4,000 个字符。",
    chat_too_long: "没有发送：这个聊天已经很长了，请开始新的聊天。",
    invalid: "没有发送：我们无法读取。",
    other: "没有发送：我们这边出了点问题。",
  },
  notice: {
    network: "暂时连不上。您的消息已保存，稍后会发送。",
    unavailable: "我们暂时收不了消息。您的消息已保存，很快会发送。",
    too_many: "一次发得太多了。您的消息已保存，马上会发送。",
    full: "等待发送的消息已经很多了，请等它们发完。",
    somebody_else: "您在商店的登录状态变了，所以开始了新的聊天。",
    ended: "那次聊天已经结束。给我们写消息，就会开始新的聊天。",
  },
  confirmNewChat: "开始新的聊天吗？现在的聊天会关闭。",
  confirmYes: "重新开始",
  confirmNo: "保留现在的",
};

/** The language that the shop's settings name, else that of its page; English when it is no other. */
function language() {
  const named = globalThis.frontdeskSettings?.language ?? globalThis.document?.documentElement.lang;
  return /^zh\b/i.test(String(named ?? "")) ? "zh" : "en";
}

export const lang = language();
export const strings = Object.freeze(lang === "zh" ? chinese : english);
