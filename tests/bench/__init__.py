"""What the product costs: times and memory, measured and written down, never asserted."""
