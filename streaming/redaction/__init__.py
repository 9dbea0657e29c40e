"""Words -> the same words without payment and identity numbers; pure."""
