from palate.findings.words import columns_in


def test_names_are_found_in_lists_mappings_and_templates():
    options = {
        "template": "{title}. {year:}",
        "exclude": [{"attribute": "genre", "values": ["a", 3]}],
        "k": 1,
    }
    assert columns_in(options) == {
        "template", "{title}. {year:}", "title", "year:", "exclude", "attribute", "genre", "values", "a", "k",
    }  # fmt: skip
