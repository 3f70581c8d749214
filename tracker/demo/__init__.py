"""Invented people for the demo, and the loading of them."""
