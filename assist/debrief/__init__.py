"""After the call: a journal becomes figures, findings with their evidence, and files to read and to keep."""
