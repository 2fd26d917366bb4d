"""Rasa's HTTP API at the application's root: for programs that know one credential of the shop."""
