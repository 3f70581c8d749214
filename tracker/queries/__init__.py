"""Questions: what a page or a list shows, always through the gate, with a fixed number of queries."""
