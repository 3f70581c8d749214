"""Facts, a policy and a day make a plan."""
