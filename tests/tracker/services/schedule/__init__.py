"""Tests of the room `tracker.services.schedule`."""
