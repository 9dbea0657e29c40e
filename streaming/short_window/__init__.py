"""Teaches Whisper to work on windows as short as the speech, and applies what it learnt as a small checked patch."""
