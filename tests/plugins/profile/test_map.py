import base64
import hashlib
import json
import re

import numpy as np
import polars as pl
import pytest

from palate import Items
from palate.errors import ComponentError, MissingLibrary, PalateError
from palate_profile.branches import interest_branch
from palate_profile.colours import OTHER, grouped
from palate_profile.interest_map import interest_map
from palate_profile.layout import two_dimensions
from palate_profile.map_page import map_page, map_png


def mapped(run, **options):
    return interest_map(run.pipeline, interest_branch(run.pipeline), **options)


def items(**columns):
    return Items(pl.DataFrame({"id": range(len(next(iter(columns.values())))), **columns}))


def inside(html):
    return json.loads(re.search(r'id="points">(.*?)</script>', html, re.DOTALL)[1])


def test_an_item_with_several_values_takes_the_colour_of_the_rarest():
    groups = grouped(items(kind=["a, b", "a", "a, b", "a", "c, a", "b"]), "kind")
    assert [groups.names[at] for at in groups.of] == ["b", "a", "b", "a", "c", "b"]


def test_an_item_without_a_value_and_the_rare_ones_are_other():
    kinds = [letter for letter in "abcdefghi" for _ in range(2)] + ["z", None]
    groups = grouped(items(kind=kinds), "kind")
    assert [groups.names[at] for at in groups.of[-2:]] == ["other", "other"]
    assert groups.colours[groups.of[-1]] == OTHER
    assert len(groups.names) == 10


def test_many_numbers_are_cut_into_ranges():
    groups = grouped(items(year=[*range(1990, 2000), None]), "year")
    assert groups.names == [
        "1990 to 1991",
        "1992 to 1993",
        "1994 to 1995",
        "1996 to 1997",
        "1998 to 1999",
        "other",
    ]
    assert groups.of.tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5]


def test_two_groups_lie_apart_on_the_map(made):
    found = mapped(made(), attribute="kind")
    across = found.layout.items[:, 0]
    assert (across[::2] * across[1::2] < 0).all()
    assert found.item_labels[5] == "thing 5"
    assert sorted({found.groups.names[at] for at in found.group}) == ["loud tool", "sweet fruit"]


def test_users_lie_among_what_they_like(made):
    found = mapped(made())
    sides = np.sign(found.layout.interests[:, 0])
    fruit = np.sign(found.layout.items[0, 0])
    for label, side in zip(found.user_labels, sides, strict=True):
        assert (side == fruit) == (int(label[6:8]) % 2 == 0)


def test_principal_components_are_those_of_a_singular_value_decomposition():
    vectors = np.random.default_rng(0).normal(size=(30, 5)).astype(np.float32)
    layout = two_dimensions(vectors, vectors[:0], "pca", 0)
    left, values, _ = np.linalg.svd(vectors - vectors.mean(axis=0), full_matrices=False)
    np.testing.assert_allclose(np.abs(layout.items), np.abs((left * values)[:, :2]), atol=1e-4)
    share = values[0] ** 2 / (values**2).sum()
    assert layout.axes[0] == f"first principal component ({share:.0%} of variance)"


def test_the_same_seed_draws_the_same_users(made):
    run = made()
    one, same, other = (mapped(run, n_users=5, seed=seed) for seed in (1, 1, 2))
    assert len(one.user_labels) == 5
    assert one.user_labels == same.user_labels != other.user_labels
    assert np.array_equal(one.layout.interests, same.layout.interests)


def test_the_page_holds_all_points_and_asks_for_nothing(made):
    html = map_page(mapped(made({"use": "k-means", "interests": 2}), attribute="kind")).html()
    data = inside(html)
    assert len(data["items"]) == len(data["titles"]) == len(data["group"]) == 24
    assert len(data["interests"]) == len(data["users"]) > 0
    assert not re.search(r"https?:|//cdn|src=|@import|url\(", html)
    assert "sweet fruit" in html


def test_a_title_cannot_become_part_of_the_page(made, monkeypatch):
    found = mapped(made(), attribute="kind")
    wicked = "</script><script>alert(1)</script>"
    found.item_labels[0] = wicked
    found.groups.names[0] = "<b>bold</b>"
    html = map_page(found).html()
    assert wicked not in html
    assert "<b>bold</b>" not in html
    assert inside(html)["titles"][0] == wicked


def test_the_page_names_its_axes_and_runs_its_own_script_alone(made):
    html = map_page(mapped(made())).html()
    assert all("principal component" in axis for axis in inside(html)["axes"])
    script = html.rpartition("<script>")[2].partition("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src &#x27;sha256-{digest}&#x27;" in html


def test_the_picture_is_a_png(made):
    pytest.importorskip("matplotlib", reason="draws the PNG")
    data = map_png(mapped(made(), attribute="kind"))
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert int.from_bytes(data[16:20], "big") == 1600


def test_t_sne_is_the_same_twice(made):
    pytest.importorskip("sklearn", reason="makes the layout")
    run = made()
    one, other = mapped(run, method="t-sne"), mapped(run, method="t-sne")
    assert one.layout.items.shape == (24, 2)
    assert np.array_equal(one.layout.items, other.layout.items)


def test_missing_libraries_are_said_with_what_to_install(made, monkeypatch):
    found = mapped(made())
    monkeypatch.setattr("palate_profile.map_page.find_spec", lambda name: None)
    monkeypatch.setattr("palate_profile.layout.find_spec", lambda name: None)
    with pytest.raises(MissingLibrary, match=r"matplotlib: pip install \"palate\[map\]\""):
        map_png(found)
    with pytest.raises(MissingLibrary, match=r"scikit-learn: pip install \"palate\[map\]\""):
        two_dimensions(np.eye(5, dtype=np.float32), np.eye(5, dtype=np.float32), "t-sne", 0)


def test_an_attribute_that_is_not_there_is_refused(made):
    with pytest.raises(ComponentError, match=r"no attribute 'kinds'; they have .*'kind'"):
        mapped(made(), attribute="kinds")


def test_two_items_are_no_map():
    with pytest.raises(PalateError, match="at least three items with a vector; there are 2"):
        two_dimensions(np.eye(2, dtype=np.float32), np.eye(2, dtype=np.float32), "pca", 0)
