from palate.testing import conforms
from palate_sequence.markov import Markov
from palate_sequence.recurrent import GRU, LSTM
from palate_sequence.sasrec import SASRec
from palate_sequence.session_knn import SessionKNN
from palate_sequence.two_tower import TwoTower

EXPECTED = {
    "finds_the_held_out_item": "its histories ascend, so that an item of the past never comes next; "
    "test_order.py has an order that can be learned"
}
SMALL = {
    "dimensions": 4,
    "length": 10,
    "epochs": 2,
    "patience": 0,
    "batch": 64,
}

TestMarkov = conforms(Markov, expected=EXPECTED)
TestSessionKNN = conforms(SessionKNN)
TestSASRec = conforms(SASRec, expected=EXPECTED, blocks=1, heads=1, **SMALL)
TestLiGR = conforms(
    SASRec, blocks=1, layer="ligr", items="delta", learning_rate=0.02, **SMALL | {"epochs": 8}
)
TestGRU = conforms(GRU, expected=EXPECTED, **SMALL)
TestLSTM = conforms(LSTM, expected=EXPECTED, loss="gbce", negatives=8, **SMALL)
TestTwoTower = conforms(TwoTower, expected=EXPECTED, loss="in-batch", **SMALL)
TestAttention = conforms(TwoTower, expected=EXPECTED, pooling="attention", blocks=0, **SMALL)
