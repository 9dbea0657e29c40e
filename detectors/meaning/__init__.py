"""What was meant rather than which words were used: sentence embeddings, and linear heads that were taught on turns."""
