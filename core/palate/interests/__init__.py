"""Interests to look at: in words, as a table of vectors, and as a map."""

from palate.interests.branches import interest_branch, open_pipeline
from palate.interests.export import vectors_table
from palate.interests.portrait import Interest, Portrait, portrait
from palate.interests.standing_out import Sign

__all__ = ["Interest", "Portrait", "Sign", "interest_branch", "open_pipeline", "portrait", "vectors_table"]
