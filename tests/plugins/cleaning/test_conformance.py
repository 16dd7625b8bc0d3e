from palate.testing import conforms
from palate_cleaning.duplicates import DropDuplicates
from palate_cleaning.invalid import DropInvalid
from palate_cleaning.minimum import MinInteractions, MinRating
from palate_cleaning.missing import FillMissing

TestDropDuplicates = conforms(DropDuplicates, kind="cleaner")
TestDropInvalid = conforms(DropInvalid, kind="cleaner")
TestMinInteractions = conforms(MinInteractions, kind="cleaner", users=2, items=2)
TestMinInteractionsInTraining = conforms(MinInteractions, kind="cleaner", users=2, items=2, count="training")
TestMinRating = conforms(MinRating, kind="cleaner", value=3.0)
TestFillMissing = conforms(FillMissing, kind="cleaner")
