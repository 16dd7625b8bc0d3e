"""`palate plan`: what stands in its table."""

import json


def test_a_component_within_another_is_shown_with_its_options(palate, recipe, tmp_path):
    teacher = {"use": "ease", "l2": 300, "on_large": "refuse"}
    recipe["branches"]["crossed"] = {
        "text": [{"use": "template", "template": "[{title}]"}],
        "encode": {"use": "tfidf", "dimensions": 4},
        "transform": ["center", "l2"],
        "rank": {"use": "text-to-cf", "teacher": teacher, "warm": "text"},
    }
    path = tmp_path / "recipe.yaml"
    path.write_text(json.dumps(recipe))
    code, out, _ = palate("plan", path)
    assert code == 0
    assert "text-to-cf(teacher=ease(l2=300, on_large=refuse), warm=text)" in out
    assert "template(template=[{title}])" in out
    assert "'use'" not in out


def test_components_too_long_for_a_line_stand_below_one_another(palate, recipe, tmp_path):
    labels = [f"ndcg@{k}" for k in range(10, 30)]
    path = tmp_path / "recipe.yaml"
    path.write_text(json.dumps(recipe | {"evaluate": labels}))
    _, out, _ = palate("plan", path)
    rows = [line for line in out.splitlines() if "ndcg@" in line]
    assert len(rows) >= len(labels)
    assert {line.count("ndcg@") for line in rows} == {1}
