"""Tests of the room `tracker.services.follow_ups`."""
