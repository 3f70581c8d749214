"""Tests of the room `tracker.services.acts`."""
