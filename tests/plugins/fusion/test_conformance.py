from palate.testing import conforms
from palate_fusion.cascade import Cascade
from palate_fusion.combmnz import CombMNZ
from palate_fusion.reciprocal_rank import ReciprocalRankFusion
from palate_fusion.stack import Stack
from palate_fusion.switch import Switch
from palate_fusion.weighted import Weighted

TestWeighted = conforms(Weighted, weights={"first": 1.0, "second": 0.5})
TestTunedWeights = conforms(Weighted, weights="tune")
TestReciprocalRank = conforms(ReciprocalRankFusion)
TestCombMNZ = conforms(CombMNZ)
TestSwitch = conforms(Switch, new_users={"first": 1.0, "second": 0.2}, new_items={"first": 1.0})
TestTunedSwitch = conforms(Switch, weights="tune", new_users="tune", events="tune")
TestCascade = conforms(
    Cascade,
    propose="first",
    order="second",
    candidates=5,
    expected={"one_branch_keeps_its_order": "it names two branches, and is refused without them"},
)
TestStack = conforms(
    Stack,
    trees=5,
    min_data_in_leaf=5,
    expected={"one_branch_keeps_its_order": "it learns an order of its own, in steps"},
)
