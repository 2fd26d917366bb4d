"""What customers of a shop say, for a measurement without a file of texts."""

SENTENCES = (
    "hello",
    "where is my parcel",
    "I'd like to return the blue jumper, it is too small",
    "can you cancel order 1042 please",
    "the lamp arrived broken, what do I do now?",
    "when do you open on Saturday",
    "my discount code doesn't work",
    "please send me the invoice for last month's order, my accountant is asking for it",
    "do you ship to Norway",
    "I was charged twice for the same order and nobody answers my e-mails",
    "change the delivery address to 12 Mill Lane",
    "do you have this kettle in red",
    "thanks",
    "let me talk to a human",
    "how long does a refund take",
    "the tracking page has said 'out for delivery' for three days. Could you find out where the "
    "driver is, or send another one? It is a birthday present and has to be here by Friday.",
)
