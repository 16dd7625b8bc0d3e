from pathlib import Path

from palate.testing import conforms
from palate_movielens.source import MovieLens

TestMovieLens = conforms(MovieLens, size="latest-small", folder=str(Path(__file__).with_name("made-up")))
