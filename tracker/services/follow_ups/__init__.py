"""What people do with a follow-up: arrange, call, note, hand over, set aside."""
