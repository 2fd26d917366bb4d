"""What is told later: reminders, and news of orders."""
