from palate.testing import conforms
from palate_implicit.als import ALS
from palate_implicit.bpr import BPR
from palate_implicit.lmf import LMF

OWN = {"unknown_users_are_served_from_their_history": "people in training have factors of their own"}

TestALS = conforms(ALS, factors=2, regularization=0.1)
TestBPR = conforms(BPR, factors=4, learning_rate=0.1, iterations=100, expected=OWN)
TestLMF = conforms(LMF, factors=4, expected=OWN)
