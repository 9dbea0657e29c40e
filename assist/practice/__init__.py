"""Practice: a prospect whose lines are recorded answers what the rep tries, in a call like any other."""
