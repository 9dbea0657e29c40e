"""What Whisper hears and writes, on whichever runtime."""
