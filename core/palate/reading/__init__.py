"""Tables of interactions, items and users into a dataset, wherever the tables come from."""

from palate.reading.reading import Reading

__all__ = ["Reading"]
