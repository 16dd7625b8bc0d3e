import tempfile
from pathlib import Path

from palate.testing import conforms
from palate_forget.exclude import Exclude
from palate_forget.exclusion_list import ExclusionList
from palate_forget.keys import new_key
from palate_forget.pseudonyms import Pseudonyms

_ROOM = tempfile.TemporaryDirectory()
KEY, LIST = Path(_ROOM.name, "key"), Path(_ROOM.name, "list")
ExclusionList.at(LIST, new_key(KEY)).write()

TestExclude = conforms(Exclude, file=str(LIST), key_file=str(KEY))
TestPseudonyms = conforms(Pseudonyms, key_file=str(KEY))
