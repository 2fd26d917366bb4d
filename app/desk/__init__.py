"""The agents' desk: conversations, transcripts, labels, models."""
