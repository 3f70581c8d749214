"""A surgeon's calendars and the file behind each."""
