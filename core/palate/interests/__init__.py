"""Interests to look at: in words, as a table of vectors, and as a map."""
