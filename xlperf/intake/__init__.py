"""Received files of any kind → pages → forms recognised → records with provenance."""
