"""What the bot does: default actions, forms, responses, and custom actions through a runner."""
