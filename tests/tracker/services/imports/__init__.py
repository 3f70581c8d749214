"""Tests of the room `tracker.services.imports`."""
