"""Changing or cancelling an order before it leaves the warehouse."""
