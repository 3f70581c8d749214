"""The decider: pure functions over dated facts, standard library only, time as an argument."""
