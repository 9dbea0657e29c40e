"""Sound in, words out. Knows nothing of sales, suggestions or browsers."""
