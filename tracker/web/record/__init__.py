"""Forms that record a fact."""
