"""What opens an order: its number and e-mail address to look, a mailed code to change."""
