"""Words in, cues out: pure functions of what was said."""
