from palate.testing import conforms
from palate_content.nearness import Cosine, Dot, Euclidean

TestCosine = conforms(Cosine)
TestDot = conforms(Dot)
TestEuclidean = conforms(Euclidean)
