"""A recipe as steps with fingerprints."""
