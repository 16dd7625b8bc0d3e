"""Rankers that carry what others know over to items that nobody has met."""
