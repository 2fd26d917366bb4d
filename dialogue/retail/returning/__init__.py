"""Sending back and exchanging, and keeping it after all."""
