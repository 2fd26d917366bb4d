"""Conversation tests in Rasa's format: read, played against the bot, compared and reported."""
