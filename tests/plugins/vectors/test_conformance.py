from palate.testing import conforms
from palate_vectors.center import Center
from palate_vectors.l2 import L2
from palate_vectors.pca import Pca
from palate_vectors.random_projection import RandomProjection
from palate_vectors.select_information import SelectInformation
from palate_vectors.select_variance import SelectVariance
from palate_vectors.standardise import Standardise
from palate_vectors.whiten import Whiten

TestCenter = conforms(Center)
TestL2 = conforms(L2)
TestPca = conforms(Pca, dimensions=3)
TestPcaWithoutTheFirst = conforms(Pca, dimensions=3, skip=1)
TestRandomProjection = conforms(RandomProjection, dimensions=4)
TestSelectInformation = conforms(SelectInformation, dimensions=3, groups=4)
TestSelectVariance = conforms(SelectVariance, dimensions=3)
TestStandardise = conforms(Standardise)
TestWhiten = conforms(Whiten)
TestWhitenRelaxed = conforms(Whiten, groups=3)
