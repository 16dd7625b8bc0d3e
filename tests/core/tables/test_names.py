import pytest

from palate.tables import ROLES, matching
from palate.tables.names import plain


@pytest.mark.parametrize("name", ["user_id", "userId", "User-ID", "USER ID", "user_id:token", "user.id"])
def test_names_that_people_write_differently_are_one(name):
    assert plain(name) == "userid"


def test_the_earlier_name_of_the_list_wins_wherever_its_column_stands():
    assert matching(["movie", "itemId"], ROLES["item"]) == "itemId"
    assert matching(["a", "b"], ROLES["item"]) is None


def test_the_lists_hold_plain_names_once_each():
    for names in ROLES.values():
        assert list(names) == [plain(name) for name in names]
        assert len(set(names)) == len(names)
    assert not set(ROLES["user"]) & set(ROLES["item"])
