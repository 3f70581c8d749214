"""Why a date is what it is."""
