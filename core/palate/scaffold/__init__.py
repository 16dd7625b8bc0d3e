"""A new plugin, written to be filled in: a package that installs, passes its tests and runs at once."""

from palate.scaffold.write import write

__all__ = ["write"]
