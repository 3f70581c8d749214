"""Tests of the pages through the test client."""
