from palate.testing import conforms
from palate_splits.cold import ColdItems, ColdUsers
from palate_splits.column import Column
from palate_splits.shuffled import Random
from palate_splits.temporal import LeaveOneOut, Temporal, UserTemporal

TestColdItems = conforms(ColdItems)
TestColdUsers = conforms(ColdUsers)
TestColumn = conforms(Column)
TestRandom = conforms(Random)
TestTemporal = conforms(Temporal)
TestUserTemporal = conforms(UserTemporal)
TestLeaveOneOut = conforms(LeaveOneOut)
