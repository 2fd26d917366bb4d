"""Importing conversations that a Rasa bot has held: sources, reading, writing."""
