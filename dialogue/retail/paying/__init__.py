"""Promotion codes, gift cards and ways to pay."""
