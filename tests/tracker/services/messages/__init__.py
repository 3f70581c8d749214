"""Tests of the room `tracker.services.messages`."""
