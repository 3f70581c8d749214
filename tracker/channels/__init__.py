"""Ways to reach someone, one file a channel; `registry` lists them."""
