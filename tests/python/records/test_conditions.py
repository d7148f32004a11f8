"""Conditions on runs: they mean what Python means, and nothing else can be said in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenetpp import ConditionError
from lenetpp.records.conditions import condition, full_name

COLUMNS = ("x", "y", "text", "flag", "words")
ROW = {"x": 3, "y": -0.5, "text": "blog-lenet", "flag": True, "words": ["ship", "airplane"]}

numbers = st.sampled_from(["x", "y", "3", "-0.5", "0", "1e-3", "2.75"])
comparisons = (
    st.tuples(numbers, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), numbers).map(" ".join)
    | st.tuples(numbers, st.sampled_from(["<", "<=", "=="]), numbers, st.sampled_from([">", "!="]), numbers).map(
        " ".join
    )
    | st.tuples(
        st.sampled_from(["text", "'blog'", '"ship"']),
        st.sampled_from(["==", "in", "not in"]),
        st.sampled_from(["text", "'blog-lenet'"]),
    ).map(" ".join)
    | st.sampled_from(["flag", "not flag", "'ship' in words", "x in (1, 3)", "x not in [1, 2]", "y in {-0.5}"])
)
conditions = st.recursive(
    comparisons,
    lambda inner: (
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda parts: f"({' '.join(parts)})")
        | inner.map(lambda text: f"not ({text})")
    ),
    max_leaves=8,
)


@given(conditions)
def test_a_condition_means_what_it_means_in_python(text: str) -> None:
    assert condition(text, COLUMNS)(ROW) is bool(eval(text, {"__builtins__": {}}, dict(ROW)))


@pytest.mark.parametrize(
    "text",
    [
        *["__import__('os').system('true')", "(lambda: x)()", "[n for n in words]", "x + y > 1", "words[0] == 'ship'"],
        *["f'{x}' == '3'", "(z := 3) == 3", "x if flag else y", "text.upper() == 'A'", "x is None", "b'x' == x"],
        *["~x == 1", "x ** x ** x", "...", "1j == x", "{1: 2} == x", "'a'.b == 1", "*x, y", "-text == 1"],
    ],
)
def test_whatever_else_python_can_say_is_refused(text: str) -> None:
    with pytest.raises(ConditionError):
        condition(text, COLUMNS)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 3", "equality is written =="),
        ("x >", "cannot understand the condition 'x >'"),
        ("", "cannot understand the condition ''"),
        ("x\0", "cannot understand"),
        ("(" * 900, "cannot understand"),
        ("-" * 900 + "1 < x", "made of names, numbers"),
        ("x" * 1001, "at most 1000 characters, but this one has 1001"),
        ("txt == 'a'", r"no run has a 'txt' \(did you mean text\?\); the names are flag, text, words, x, y"),
        ("zzz == 1", "no run has a 'zzz'; the names are flag"),
        ("x.y.z == 1", "no run has a 'x.y.z'"),
    ],
)
def test_what_cannot_be_understood_is_explained(text: str, message: str) -> None:
    with pytest.raises(ConditionError, match=message):
        condition(text, COLUMNS)


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("test_accuracy > 50", "so write 0.5 instead of 50"),
        ("results.test_accuracy >= 87.5 and x == 1", "so write 0.875 instead of 87.5"),
        ("50 < test_accuracy < 0.9", "so write 0.5 instead of 50"),
        ("test_accuracy in (0.5, 60)", "so write 0.6 instead of 60"),
        ("test_accuracy > 50%", "so write 0.5 instead of 50%"),
        ("test_accuracy > 500", "shares are from 0 to 1$"),
    ],
)
def test_percent_are_answered_with_the_share_to_write(text: str, instead: str) -> None:
    with pytest.raises(ConditionError, match=f"shares are from 0 to 1.*{instead}" if "so" in instead else instead):
        condition(text, [*COLUMNS, "results.test_accuracy"])


@pytest.mark.parametrize("text", ["test_accuracy > 1", "test_accuracy <= 1.0", "0 < test_accuracy", "x > 50"])
def test_shares_and_other_numbers_are_compared_as_they_are(text: str) -> None:
    condition(text, [*COLUMNS, "results.test_accuracy"])


@pytest.mark.parametrize("text", ["text > 3", "3 in x", "x < words", "x in text"])
def test_what_cannot_be_ordered_is_an_error_with_both_values(text: str) -> None:
    with pytest.raises(ConditionError, match=r"which cannot be done$"):
        condition(text, COLUMNS)(ROW)


def test_the_deepest_nesting_that_fits_is_evaluated() -> None:
    assert condition("not " * 249 + "x", COLUMNS)(ROW) is False


def test_a_name_of_a_setting_and_a_result_is_explained_when_it_does_not_fit() -> None:
    holds = condition("loss < 0.3", ["settings.loss", "results.loss"])
    with pytest.raises(ConditionError, match=r"loss means settings\.loss; for the result write results\.loss"):
        holds({"settings.loss": "cross_entropy", "results.loss": 0.2})


def test_a_comparison_with_what_a_run_does_not_have_is_false() -> None:
    for text in ("x > 1", "x < 1", "1 < x < 5", "'a' in x", "x == 1"):
        assert condition(text, COLUMNS)({}) is False
    assert condition("x == None", COLUMNS)({}) is True
    assert condition("not x > 1", COLUMNS)({}) is True


def test_the_last_part_of_a_name_is_enough_where_only_one_ends_so() -> None:
    columns = ["data.selection.split_seed", "data.images.test", "data.other.test", "settings.seed", "run"]
    assert full_name("split_seed", columns) == "data.selection.split_seed"
    assert full_name("selection.split_seed", columns) == "data.selection.split_seed"
    with pytest.raises(ConditionError, match=r"'test' may be data\.images\.test or data\.other\.test: write one"):
        full_name("test", columns)
    with pytest.raises(ConditionError, match=r"no run has a 'splitseed' \(did you mean split_seed\?\)"):
        full_name("splitseed", columns)


def test_short_names_mean_settings_before_results() -> None:
    columns = ["results.epochs", "settings.epochs", "results.test_accuracy", "network.filters", "run"]
    assert full_name("epochs", columns) == "settings.epochs"
    assert full_name("results.epochs", columns) == "results.epochs"
    assert full_name("test_accuracy", columns) == "results.test_accuracy"
    assert full_name("filters", columns) == "network.filters"
    assert full_name("run", columns) == "run"
