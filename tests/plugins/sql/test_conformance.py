import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from palate.testing import conforms
from palate_sql.source import Sql

FILE = Path(tempfile.mkdtemp()) / "small.db"

with closing(sqlite3.connect(FILE)) as connection:
    connection.execute("create table events (user, item, rating, time)")
    rows = [(user, item, 3.5, user + item) for user in range(4) for item in range(user, 6)]
    connection.executemany("insert into events values (?, ?, ?, ?)", rows)
    connection.commit()

TestSql = conforms(Sql, database=str(FILE), interactions="events")
