from palate.testing import conforms
from palate_reranking.calibrated import Calibrated
from palate_reranking.mmr import MMR
from palate_reranking.popularity import PopularityPenalty
from palate_reranking.rules import Rules

TestMMR = conforms(MMR)
TestMMRByAttribute = conforms(MMR, attribute="genres", diversity=0.9)
TestCalibrated = conforms(Calibrated)
TestPopularityPenalty = conforms(PopularityPenalty)
TestRules = conforms(Rules, boost=[{"attribute": "genres", "values": ["odd"]}], pin=["i03", "i05"])
TestRulesThatLeaveOut = conforms(
    Rules,
    exclude=[{"attribute": "year", "min": 1993}],
    expected={"keeps_the_items": "what is excluded is not shown, and not for want of anything else"},
)
