"""Every question that a policy may ask, by subject."""
