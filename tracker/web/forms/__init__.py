"""Forms: what a person types, read with every mistake named at once."""
