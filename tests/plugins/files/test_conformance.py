from pathlib import Path

from palate.testing import conforms
from palate_files.source import Files

TestFiles = conforms(Files, interactions=str(Path(__file__).with_name("small.csv")))
