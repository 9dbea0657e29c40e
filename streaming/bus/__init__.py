"""What nodes share of their calls; one file a way to share it."""
