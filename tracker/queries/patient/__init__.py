"""Everything a patient's page shows."""
