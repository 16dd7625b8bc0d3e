"""Tables in files: where they are, how they are written, which column means what."""

from palate.tables.format import Format
from palate.tables.locate import locate
from palate.tables.names import ROLES, Role, matching
from palate.tables.opening import open_table
from palate.tables.table import Table

__all__ = ["ROLES", "Format", "Role", "Table", "locate", "matching", "open_table"]
