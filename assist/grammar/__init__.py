"""Sentences as trees: what a label, a mirror and a summary are made of and checked by."""
