import zipfile

import pytest

from palate.errors import DataError
from palate_movielens.source import MovieLens

FLAGS_OF_TOY_STORY = "0|0|0|1|1|1|0|0|0|0|0|0|0|0|0|0|0|0|0"
FLAGS_OF_UNKNOWN = "1" + "|0" * 18

FILES = {
    "100k": {
        "u.data": "7\t1\t4\t200\n7\t543\t3\t100\n5\t1\t5\t300\n",
        "u.item": f"1|Toy Story (1995)|01-Jan-1995||http://x|{FLAGS_OF_TOY_STORY}\n"
        f"267|unknown||||{FLAGS_OF_UNKNOWN}\n"
        f"543|Misérables, Les (1995) |01-Jan-1995||http://x|{'0|' * 8}1{'|0' * 10}\n",
        "u.user": "5|33|F|other|15213\n7|57|M|administrator|91344\n",
    },
    "1m": {
        "ratings.dat": "7::1::4::200\n7::543::3::100\n5::1::5::300\n",
        "movies.dat": "1::Toy Story (1995)::Animation|Children's|Comedy\n267::unknown::unknown\n"
        "543::Misérables, Les (1995)::Drama\n",
        "users.dat": "5::F::35::0::15213\n7::M::56::20::91344\n",
    },
    "10m": {
        "ratings.dat": "7::1::4::200\n7::543::3::100\n5::1::5::300\n",
        "movies.dat": "1::Toy Story (1995)::Animation|Children's|Comedy\n267::unknown::(no genres listed)\n"
        "543::Misérables, Les (1995)::Drama\n",
    },
    "latest-small": {
        "ratings.csv": "userId,movieId,rating,timestamp\n7,1,4.0,200\n7,543,3.0,100\n5,1,5.0,300\n",
        "movies.csv": "movieId,title,genres\n1,Toy Story (1995),Animation|Children's|Comedy\n"
        '267,unknown,(no genres listed)\n543,"Misérables, Les (1995)",Drama\n',
        "tags.csv": "userId,movieId,tag,timestamp\n",
    },
}
ENCODINGS = {"100k": "latin-1", "1m": "latin-1"}


def encoded(size):
    return {name: text.encode(ENCODINGS.get(size, "utf-8")) for name, text in FILES[size].items()}


def unpacked(folder, size):
    (folder / "ml").mkdir()
    for name, data in encoded(size).items():
        (folder / "ml" / name).write_bytes(data)
    return str(folder)


def zipped(folder, size):
    path = folder / "ml.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in encoded(size).items():
            archive.writestr(f"ml-{size}/{name}", data)
            archive.writestr(f"__MACOSX/ml-{size}/{name}", b"not this")
    return str(path)


@pytest.mark.parametrize("size", FILES)
@pytest.mark.parametrize("packed", [unpacked, zipped])
def test_every_layout_gives_the_same_ratings_and_items(tmp_path, size, packed):
    found = MovieLens(size=size, folder=packed(tmp_path, size)).load()
    assert found.users["id"].to_list() == [5, 7]
    assert found.interactions.rows() == [(0, 0, 5.0, 300), (1, 2, 3.0, 100), (1, 0, 4.0, 200)]
    assert found.items.frame.rows() == [
        (1, "Toy Story (1995)", 1995, ["Animation", "Children's", "Comedy"]),
        (267, "unknown", None, []),
        (543, "Misérables, Les (1995)", 1995, ["Drama"]),
    ]


def test_100k_and_1m_know_the_people(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    small = MovieLens(size="100k", folder=unpacked(tmp_path / "a", "100k")).load()
    assert small.users.rows() == [(5, 33, "F", "other", "15213"), (7, 57, "M", "administrator", "91344")]
    larger = MovieLens(size="1m", folder=unpacked(tmp_path / "b", "1m")).load()
    assert larger.users.rows() == [(5, 35, "F", "other", "15213"), (7, 56, "M", "writer", "91344")]


def test_a_title_with_other_brackets_keeps_its_year(tmp_path):
    folder = unpacked(tmp_path, "latest-small")
    (tmp_path / "ml" / "movies.csv").write_text(
        "movieId,title,genres\n1,City (Cité) (1995) (V),Drama\n543,2001: A Space Odyssey,Sci-Fi\n"
    )
    found = MovieLens(size="latest-small", folder=folder).load()
    assert found.items.frame["year"].to_list() == [1995, None]


def test_a_folder_of_another_size_is_refused_with_the_size_that_fits(tmp_path):
    folder = unpacked(tmp_path, "1m")
    with pytest.raises(DataError, match=r"has no u.data, u.item, u.user.*`size: 1m`"):
        MovieLens(size="100k", folder=folder).load()


def test_a_folder_without_the_files_is_refused_with_what_it_has(tmp_path):
    (tmp_path / "notes.txt").write_text("nothing here")
    with pytest.raises(DataError, match=r"has no ratings.csv, movies.csv.*notes.txt"):
        MovieLens(size="25m", folder=str(tmp_path)).load()


@pytest.mark.parametrize(
    ("name", "said"), [("gone", "no folder or zip"), ("text", "neither a folder nor a zip")]
)
def test_what_is_neither_folder_nor_zip_is_refused(tmp_path, name, said):
    (tmp_path / "text").write_text("text")
    with pytest.raises(DataError, match=said):
        MovieLens(folder=str(tmp_path / name)).load()


def test_the_fingerprint_of_a_folder_follows_its_contents(tmp_path):
    source = MovieLens(size="1m", folder=unpacked(tmp_path, "1m"))
    first = source.fingerprint()
    assert source.fingerprint() == first
    (tmp_path / "ml" / "users.dat").write_text("5::M::35::0::15213\n7::M::56::20::91344\n")
    assert source.fingerprint() != first


def test_the_fingerprint_of_a_zip_follows_its_contents(tmp_path):
    source = MovieLens(size="1m", folder=zipped(tmp_path, "1m"))
    first = source.fingerprint()
    zipped(tmp_path, "10m")
    assert source.fingerprint() != first


@pytest.mark.parametrize("text", ["", "userId,movieId,rating,timestamp\n7,one,4,200\n", "a,b\n1,2\n"])
def test_a_file_that_does_not_read_is_named_without_the_readers_traceback(tmp_path, text):
    folder = unpacked(tmp_path, "latest-small")
    (tmp_path / "ml" / "ratings.csv").write_text(text)
    with pytest.raises(DataError, match="do not read as MovieLens latest-small"):
        MovieLens(size="latest-small", folder=folder).load()


@pytest.mark.parametrize(
    ("files", "folder", "size"),
    [
        (["u.data", "u.item", "u.user"], "any", "100k"),
        (["ratings.dat", "movies.dat", "users.dat"], "any", "1m"),
        (["ratings.dat", "movies.dat", "tags.dat"], "any", "10m"),
        (["ratings.csv", "movies.csv", "links.csv"], "ml-25m", "25m"),
        (["ratings.csv", "movies.csv", "links.csv"], "mine", "latest"),
        (["ratings.csv", "movies.csv"], "mine", None),
    ],
)
def test_a_folder_of_grouplens_is_recognised_with_its_size(tmp_path, files, folder, size):
    (tmp_path / folder).mkdir()
    for file in files:
        (tmp_path / folder / file).touch()
    found = MovieLens.recognises(tmp_path / folder)
    assert found == (None if size is None else {"size": size, "folder": str(tmp_path / folder)})
