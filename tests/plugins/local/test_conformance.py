from palate.testing import conforms
from palate_local.local import Local

TestLocal = conforms(Local)
