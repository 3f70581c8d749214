"""Tests of the room `tracker.web.queue`."""
