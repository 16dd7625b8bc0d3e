from palate.testing import conforms
from palate_splits.cold import ColdItems, ColdUsers
from palate_splits.column import Column
from palate_splits.k_fold import KFold
from palate_splits.rolling import Rolling
from palate_splits.shuffled import Random, Repeated
from palate_splits.temporal import LeaveOneOut, Temporal, UserTemporal

TestColdItems = conforms(ColdItems)
TestColdUsers = conforms(ColdUsers)
TestColumn = conforms(Column)
TestRandom = conforms(Random)
TestKFold = conforms(KFold)
TestKFoldOfUsers = conforms(KFold, of="users", given=1, folds=2)
TestRolling = conforms(Rolling)
TestRepeated = conforms(Repeated)
TestTemporal = conforms(Temporal)
TestUserTemporal = conforms(UserTemporal)
TestLeaveOneOut = conforms(LeaveOneOut)
