"""Finding, comparing and suggesting goods, and what is in stock."""
