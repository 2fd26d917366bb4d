"""People and machines at the door: widget, channels, desk, jobs, command line."""
