from palate.testing import conforms
from palate_lightfm.ranker import LightFM

TestLightFM = conforms(LightFM, factors=4, epochs=20)
TestLightFMWithFeatures = conforms(LightFM, factors=4, epochs=20, item_features=["genres", "year"])
TestLightFMWithText = conforms(LightFM, factors=4, epochs=20, text_features=True)
TestLightFMWithNegatives = conforms(LightFM, factors=4, epochs=20, loss="logistic")
