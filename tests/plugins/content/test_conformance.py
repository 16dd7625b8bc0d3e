from palate.testing import conforms
from palate_content.similarity import Cosine, Dot, Euclidean
from palate_content.softmax_similarity import SoftmaxSimilarity

TestCosine = conforms(Cosine)
TestDot = conforms(Dot)
TestEuclidean = conforms(Euclidean)
TestSoftmax = conforms(SoftmaxSimilarity)
