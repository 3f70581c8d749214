"""Reminders: written when the ladder asks, delivered once each."""
