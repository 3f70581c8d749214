"""Tests of the room `tracker.web.help`."""
