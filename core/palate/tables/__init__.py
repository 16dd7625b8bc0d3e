"""Tables in files: where they are, what format they have, which column means what."""

from palate.tables.locate import locate
from palate.tables.names import ROLES, Role, matching
from palate.tables.table import Table

__all__ = ["ROLES", "Role", "Table", "locate", "matching"]
