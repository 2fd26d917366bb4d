"""What stands beside a Rasa project's bot: its `credentials.yml` and its `endpoints.yml`."""
