"""Classifying a stream of texts: JSON Lines that may still grow, and a chart over time."""
