"""What a reader of another system understood, taken in; and the questions that it leaves."""
