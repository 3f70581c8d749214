"""Tests of the room `tracker.web.policy`."""
