"""Photographs that customers send: made harmless, kept, and shown to the two who may see them."""
