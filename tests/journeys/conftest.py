"""The people of the tracker's tests, for journeys too."""

from tests.tracker.conftest import alice, beth, bob, charlie, dana, estuary, patient

__all__ = ["alice", "beth", "bob", "charlie", "dana", "estuary", "patient"]
