"""What else a customer may like, from what they say, look at and have bought, and why."""
