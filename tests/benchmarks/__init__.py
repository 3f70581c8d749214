"""Measurements of speed, each a command."""
