"""The product: cues become suggestions, and the rep's overlay is told."""
