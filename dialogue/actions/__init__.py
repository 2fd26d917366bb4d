"""Running actions: the default ones, custom ones in this process or in an action server."""
