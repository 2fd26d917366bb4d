"""What to say next: domain, tracker, policies, actions, and the order database."""
