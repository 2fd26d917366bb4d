"""The order database: what customers bought, and what may still be changed about it."""
