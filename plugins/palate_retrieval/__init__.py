"""Indexes of item vectors: the items nearest to a person's interests, without scoring them all."""
