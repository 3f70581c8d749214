"""What one person's record says on a day: dated facts without identity, and what stands, since when."""
