from palate.testing import conforms
from palate_neighbours.item_knn import ItemKNN

TestCosine = conforms(ItemKNN)
TestHalfLife = conforms(ItemKNN, half_life=10.0)
TestJaccard = conforms(ItemKNN, similarity="jaccard", neighbours=5)
TestTfidf = conforms(ItemKNN, similarity="tfidf", shrink=1.0)
TestBM25 = conforms(ItemKNN, similarity="bm25")
