"""An invented kind of fact, as somebody would add it, and a script that lives a day with it."""
