from palate.testing import conforms
from palate_reranking.age import AgeLimit
from palate_reranking.calibrated import Calibrated
from palate_reranking.distance import Distance
from palate_reranking.level import LevelLimit
from palate_reranking.mmr import MMR
from palate_reranking.popularity import PopularityPenalty
from palate_reranking.prerequisites import Prerequisites
from palate_reranking.rules import Rules
from palate_reranking.season import Season

TestMMR = conforms(MMR)
TestMMRByAttribute = conforms(MMR, attribute="genres", diversity=0.9)
TestCalibrated = conforms(Calibrated)
TestPopularityPenalty = conforms(PopularityPenalty)
TestRules = conforms(Rules, boost=[{"attribute": "genres", "values": ["odd"]}], pin=["i03", "i05"])
TestRulesThatLeaveOut = conforms(Rules, exclude=[{"attribute": "year", "min": 1993}])
TestAgeLimit = conforms(AgeLimit, column="year", days=700, now="1994-06-01")
TestDistance = conforms(Distance, km=4000)
TestDistanceOfAny = conforms(Distance, km=1500, of="any")
TestDistanceOfAPlace = conforms(Distance, km=9000, place=[0, 0])
TestLevelLimit = conforms(LevelLimit, column="year", up=0, down=1, at="last")
TestPrerequisites = conforms(Prerequisites, column="after", by="seen")
TestSeason = conforms(Season, column="months", ahead=1)
