from palate.testing import conforms
from palate_linear.ease import Ease

TestEase = conforms(Ease, l2=1.0)
TestHalfLife = conforms(Ease, l2=1.0, half_life=10.0)
