"""Every state in which something waits for a person: its word, its queue, whose it is, since when, who is told."""
