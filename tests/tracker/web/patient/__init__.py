"""Tests of the room `tracker.web.patient`."""
