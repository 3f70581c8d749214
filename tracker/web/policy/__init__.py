"""The policy as a page."""
