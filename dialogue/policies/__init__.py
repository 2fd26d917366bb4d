"""Deciding what the bot does next: rules, remembered stories, and how they are weighed."""
