"""Deliveries that went wrong: broken, missing, wrong or never here."""
