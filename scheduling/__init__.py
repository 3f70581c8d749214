"""What is due, when, and why: knows no patient."""
