"""Invoices and credit notes as PDF, behind links that live a quarter of an hour."""
