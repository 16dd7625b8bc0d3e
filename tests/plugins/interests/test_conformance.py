from palate.testing import conforms
from palate_interests.attention import Attention
from palate_interests.document import Document
from palate_interests.idf_weighted import IdfWeighted
from palate_interests.k_means import KMeans
from palate_interests.last_k import LastK
from palate_interests.mean import Mean
from palate_interests.rating_weighted import RatingWeighted
from palate_interests.recency import Recency
from palate_interests.recency_mean import RecencyMean
from palate_interests.ward import Ward

TestAttention = conforms(Attention)
TestAttentionRectified = conforms(Attention, rectify=True, bias=0.5, latest=4)
TestDocument = conforms(Document)
TestIdfWeighted = conforms(IdfWeighted)
TestKMeans = conforms(KMeans)
TestKMeansOfFew = conforms(KMeans, interests=2, latest=4)
TestLastK = conforms(LastK, k=3)
TestMean = conforms(Mean)
TestRatingWeighted = conforms(RatingWeighted)
TestRecency = conforms(Recency)
TestRecencyLinear = conforms(Recency, decay="linear")
TestRecencyMean = conforms(RecencyMean)
TestRecencyMeanLog = conforms(RecencyMean, decay="log")
TestWard = conforms(Ward)
