"""Looking at orders: their list, state, contents and papers."""
