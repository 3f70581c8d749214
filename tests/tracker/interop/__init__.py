"""Tests of the readers of other systems."""
