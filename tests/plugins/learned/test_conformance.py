from palate.testing import conforms
from palate_learned.attentive import Attentive
from palate_learned.recurrent import GRU, LSTM
from palate_learned.relu_layer import ReluLayer
from palate_learned.softmax import Softmax

EXPECTED = {
    "finds_the_held_out_item": "its histories ascend, so that an item of the past never comes next; "
    "test_alone.py has an order that can be learned"
}
FEW = {"epochs": 2, "patience": 0, "batch": 64}
SMALL = {"dimensions": 4, "length": 10, "train": FEW}

TestReluLayer = conforms(ReluLayer, features=4, train=FEW)
TestLSTM = conforms(LSTM, **SMALL)
TestGRU = conforms(GRU, layers=2, **SMALL)
TestAttentive = conforms(Attentive, interests=2, **SMALL)
TestSoftmax = conforms(Softmax, expected=EXPECTED, train=FEW)
