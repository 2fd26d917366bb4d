"""The retail bot's actions: what it does in the shop, one small class each."""
