"""The shop itself: its hours and where it delivers."""
