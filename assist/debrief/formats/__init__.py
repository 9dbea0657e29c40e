"""A debrief as a file: one format a module, each a function from a Debrief to text."""
