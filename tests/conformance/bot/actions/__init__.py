"""The bot's custom actions."""
