"""Tests of the room `tracker.web.look`."""
