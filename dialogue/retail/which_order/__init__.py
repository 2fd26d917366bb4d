"""Which of a customer's orders a wish is about."""
