from palate.testing import conforms
from palate_implicit.als import ALS
from palate_implicit.bpr import BPR
from palate_implicit.lmf import LMF

TestALS = conforms(ALS, factors=2, regularization=0.1)
TestBPR = conforms(BPR, factors=4, learning_rate=0.1, iterations=100)
TestLMF = conforms(LMF, factors=4)
