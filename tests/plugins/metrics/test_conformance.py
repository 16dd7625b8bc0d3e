"""Figures by hand are those of `palate.testing.worked_example`: hits at places 1 and 3, at 2, and none."""

from math import log2, nan

from palate.testing import conforms
from palate_metrics.auc import AUC
from palate_metrics.average_precision import AveragePrecision
from palate_metrics.calibration import Calibration
from palate_metrics.capped_recall import CappedRecall
from palate_metrics.coverage import Coverage
from palate_metrics.diversity import IntraListDiversity
from palate_metrics.gini import Gini
from palate_metrics.group_gap import GroupGap
from palate_metrics.hit_rate import HitRate
from palate_metrics.ndcg import NDCG
from palate_metrics.ndcg_elliot import NDCGElliot
from palate_metrics.ndcg_rectools import NDCGRecTools
from palate_metrics.novelty import Novelty
from palate_metrics.popularity_lift import PopularityLift
from palate_metrics.precision import Precision
from palate_metrics.precision_implicit import PrecisionImplicit
from palate_metrics.rating_error import MAE, RMSE
from palate_metrics.recall import Recall
from palate_metrics.reciprocal_rank import ReciprocalRank
from palate_metrics.serendipity import Serendipity

SECOND, FOURTH = 1 / log2(3), 1 / log2(5)  # what a hit at that place counts; 1/2 at the third

TestNDCG = conforms(NDCG, k=4, by_hand=[(1 + 1 / 2) / (1 + SECOND), SECOND, nan])
TestRecall = conforms(Recall, k=2, by_hand=[1 / 2, 1, nan])
TestCappedRecall = conforms(CappedRecall, k=1, by_hand=[1, 0, nan])
TestPrecision = conforms(Precision, k=4, by_hand=[2 / 4, 1 / 4, nan])
TestHitRate = conforms(HitRate, k=1, by_hand=[1, 0, nan])
TestReciprocalRank = conforms(ReciprocalRank, k=4, by_hand=[1, 1 / 2, nan])
TestAveragePrecision = conforms(AveragePrecision, k=4, by_hand=[(1 + 2 / 3) / 2, 1 / 2, nan])
TestAUC = conforms(AUC, by_hand=[5 / 6, 2 / 3, nan])
TestCoverage = conforms(Coverage, k=2, by_hand=5 / 6)
TestNDCGRecTools = conforms(
    NDCGRecTools,
    k=4,
    by_hand=[(1 + 1 / 2) / (1 + SECOND + 1 / 2 + FOURTH), SECOND / (1 + SECOND + 1 / 2 + FOURTH), nan],
)
TestPrecisionImplicit = conforms(PrecisionImplicit, k=2, by_hand=2 / 3)
TestNDCGElliot = conforms(NDCGElliot)
TestCalibration = conforms(Calibration)
TestIntraListDiversity = conforms(IntraListDiversity)
TestGini = conforms(Gini)
TestGroupGap = conforms(GroupGap, column="group", smallest=1)
TestNovelty = conforms(Novelty)
TestPopularityLift = conforms(PopularityLift)
TestSerendipity = conforms(Serendipity)
TestRMSE = conforms(RMSE)
TestMAE = conforms(MAE)
