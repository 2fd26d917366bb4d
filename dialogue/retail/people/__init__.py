"""Tickets, and handing a conversation over to a person."""
