from pathlib import Path
from tempfile import mkdtemp

import made

from palate.testing import conforms
from palate_datasets.amazon import Amazon
from palate_datasets.bookcrossing import BookCrossing
from palate_datasets.goodreads import Goodreads
from palate_datasets.item_lists import ItemLists
from palate_datasets.kuairec import KuaiRec
from palate_datasets.lastfm import LastFm
from palate_datasets.mind import Mind
from palate_datasets.recbole import RecBole
from palate_datasets.retailrocket import RetailRocket
from palate_datasets.sasrec import SasRec
from palate_datasets.steam import Steam
from palate_datasets.yelp import Yelp


def folder(name):
    return made.ALL[name](Path(mkdtemp(prefix="palate-datasets-")))


TestAmazon = conforms(Amazon, folder=folder("amazon"))
TestBookCrossing = conforms(BookCrossing, folder=folder("book-crossing"))
TestGoodreads = conforms(Goodreads, folder=folder("goodreads"))
TestItemLists = conforms(ItemLists, folder=folder("item-lists"))
TestKuaiRec = conforms(KuaiRec, folder=folder("kuairec"), matrix="both")
TestLastFm = conforms(LastFm, folder=folder("lastfm-360k"), strength="log")
TestMind = conforms(Mind, folder=folder("mind"))
TestRecBole = conforms(RecBole, folder=folder("recbole"))
TestRetailRocket = conforms(RetailRocket, folder=folder("retailrocket"))
TestSasRec = conforms(SasRec, folder=folder("sasrec"))
TestSteam = conforms(Steam, folder=folder("steam"))
TestYelp = conforms(Yelp, folder=folder("yelp"))
