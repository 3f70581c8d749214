"""Verbs: what people and the schedule do, each with its permission, its audit event and one transaction."""
