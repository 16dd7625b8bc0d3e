from palate.testing import conforms
from palate_retrieval.exact import Exact
from palate_retrieval.hnsw import HNSW

TestExact = conforms(Exact)
TestHNSW = conforms(HNSW)
