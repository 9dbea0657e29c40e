"""The bundled call: its sound, its script and the cues that should be heard in it."""
