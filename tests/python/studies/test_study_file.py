"""A study's file that cannot be meant is refused by the path of its key, before anything is trained."""

import re
from pathlib import Path

import pytest

import lenetpp as lp
from lenetpp.studies.errors import StudyError
from lenetpp.studies.plan import make_plan

from ..command import Command
from .study_files import BASE, COMPARE, GOAL, GOOD, IN_QUESTION, LEVELS, refusal

CHANGED = [
    # What of the file above is changed into what; what the error says after the path of the file.
    ('title = "Sizes of batches"', "", r"title: must be given$"),
    ('title = "Which size?"', "", r"questions\.size\.title: must be given$"),
    (COMPARE, "", r"questions\.size\.compare: must be given$"),
    ("seeds = 2", 'seeds = 2\ncolour = "red"', r"colour: there is no such key$"),
    (COMPARE, 'compere = "batch_size"', r"2 mistakes\n.*given\n  .*compere: .* \(did you mean compare\?\)$"),
    ("seeds = 2", 'seeds = "two"', r"seeds: input should be a valid integer \(given: 'two'\)$"),
    ("seeds = 2", "seeds = 0", r"seeds: input should be greater than or equal to 1 \(given: 0\)$"),
    ('"Which size?"', "7", r"questions\.size\.title: input should be a valid string \(given: 7\)$"),
    (LEVELS, "[]", r"factors\.batch_size: it has no levels$"),
    (LEVELS, "3", r"factors\.batch_size: must be a table of keys and values \(given: 3\)$"),
    (LEVELS, "{ small = 3 }", r"factors\.batch_size\.small: must be a table of keys and values \(given: 3\)$"),
    (LEVELS, "[1, 1.0]", r"factors: two levels of batch_size are both called '1': 1 and 1\.0; "),
    (BASE, f"{BASE}, epochs = 2026-11-25", r"base\.epochs: it must be a text, a number, .*but is datetime\.date"),
    (BASE, f"{BASE}, classes = [1, 2]", r"base\.classes: it must be a text, .* a list of texts, but is \[1, 2\]$"),
    # Settings
    (
        COMPARE,
        f'{COMPARE}\nmetrics = ["test_accuracy", "validation_accuracy"]',
        f"{IN_QUESTION}validation_per_class: the metric validation_accuracy needs images for it",
    ),
    (BASE, "train_per_clas = 2", f"{IN_QUESTION}train_per_clas: .* \\(did you mean train_per_class\\?\\)$"),
    (BASE, f"{BASE}, seed = 1", f"{IN_QUESTION}seed: every cell is trained with the seeds of its question"),
    (BASE, f"{BASE}, learning_rate = -1", f"{IN_QUESTION}learning_rate must be above 0, but is -1"),
    (BASE, f'{BASE}, learning_rate = "high"', f"{IN_QUESTION}learning_rate must be a number, but is 'high'$"),
    (BASE, f"{BASE}, shift_pixels = 28", f"{IN_QUESTION}shift_pixels must be below 28"),
    ('dense 10"', 'dense 1", classes = ["Bag"]', f"{IN_QUESTION}classes must be at least two among the training"),
    (BASE, f'{BASE}, dtype = "float16"', f"{IN_QUESTION}dtype: it must be float32 or float64, but is 'float16'$"),
    (BASE, f'{BASE}, classes = "Dress"', f"{IN_QUESTION}classes: it must be a list of names, but is 'Dress'$"),
    (BASE, f"{BASE}, data = 3", f"{IN_QUESTION}data: it must be a text, but is 3$"),
    (BASE, "train_per_class = 0", f'{IN_QUESTION}train_per_class: it must be "all" or a whole number of .*, but is 0$'),
    (BASE, f"{BASE}, validation = 2", f"{IN_QUESTION}validation: it must be a share .*: a number of them is"),
    (BASE, f'{BASE}, validation = "0.2"', f"{IN_QUESTION}validation: it must be a share .* but is '0.2'$"),
    (BASE, f"{BASE}, validation = 0.2, split_seed = -1", f"{IN_QUESTION}split_seed: it must be a whole number from 0"),
    (BASE, f'{BASE}, recipe = "old"', f"{IN_QUESTION}recipe: there is no recipe 'old'; the names are per"),
    (LEVELS, '[1, "two"]', r"questions\.size \(batch_size two\): batch_size must be an integer, but is 'two'$"),
    # Networks
    ("dense 10", "dens 10", f"{IN_QUESTION}network: expected a layer: conv, maxpool"),
    ("dense 10", "dense {units}", rf"{IN_QUESTION}network: its text has \{{units\}}, for which neither base nor a "),
    ("dense 10", "dense {the units}", f"{IN_QUESTION}network: expected the number of units"),
    ("dense 10", "dense {}", f"{IN_QUESTION}network: expected the number of units"),
    ("dense 10", "dense 9", f"{IN_QUESTION}network: the network has 9 outputs, but fashion-mnist-5000 has 10 classes"),
    ("1x28x28", "3x28x28", f"{IN_QUESTION}network: the network takes images of 3x28x28 .* have 1x28x28; .*'1x28x28'$"),
]  # fmt: skip

CLAIM = "claims = [{{ text = 'it is so', source = 'somebody', conditions = [{{ {} }}] }}]"
CONDITION = r"questions\.size\.claims\[0\]\.conditions\[0\]"

ALONG = 'by = ["epochs"]\nfactors = { epochs = [1, 2, 3], batch_size = [1, 2] }\n'
GROWTH = 'trend = "epochs", where = {{ batch_size = "{}" }}, against = {{ batch_size = "{}" }}, at_least = 1'

ADDED = [
    # What is written into the file above, in its first question.
    ('colour = "red"', r"questions\.size\.colour: there is no such key$"),
    (
        'by = ["los"]',
        r"questions\.size\.by: there is no factor 'los' \(did you mean loss\?\); there are batch_size, loss$",
    ),
    ('by = ["batch_size"]', r"questions\.size\.by: a factor is named twice: batch_size, batch_size$"),
    ('against = "3"', r"questions\.size\.against: batch_size has no level '3'; there are 1, 2$"),
    ('over = "loss"', r"questions\.size\.over: 'loss' is none of the factors of compare and by; there are batch_size$"),
    ('picture = "grid"', r"questions\.size\.picture: a grid needs exactly one factor in by, but there are 0$"),
    ('picture = "pie"', r"questions\.size\.picture: input should be 'intervals', 'line' or 'grid' \(given: 'pie'\)$"),
    ("metrics = []", r"questions\.size\.metrics: list should have at least 1 item"),
    (
        'metrics = ["test_acuracy"]',
        r"questions\.size\.metrics\[0\]: .*'test_acuracy' \(did you mean test_accuracy\?\); there are .*$",
    ),
    ('kind = "poll"', r"questions\.size\.kind: must be one of comparison, filters, benchmark \(given: 'poll'\)$"),
    ('kind = "filters"\npicture = "line"', r"questions\.size\.picture: there is no such key$"),
    ('kind = "benchmark"', r"3 mistakes\n  questions\.size\.file: must be given\n  .*$"),
    (
        'headline = { where = { batch_size = "1" } }',
        r"questions\.size\.headline: .*it needs either against, at_least or beside",
    ),
    (
        'headline = { where = { batch_size = "1" }, against = { batch_size = "2" }, asks = "reached" }',
        r"questions\.size\.headline: .*asks is \"reached\" with at_least, and only then",
    ),
    (
        'headline = { where = { batch_size = "1" }, against = { batch_size = "3" } }',
        r"questions\.size\.headline\.against\.batch_size: there is no level '3'; there are 1, 2$",
    ),
    ("claims = [{ text = 'so', source = 'I', conditions = [] }]", r"questions\.size\.claims\[0\]\.conditions: list sh"),
    (CLAIM.format('where = { batch_size = "1" }'), rf"{CONDITION}: .*it needs at_least or at_most"),
    (CLAIM.format('where = { batch_size = "1" }, times = true, at_least = 1'), rf"{CONDITION}: .*times needs against"),
    (
        CLAIM.format('where = { batch_size = "1" }, against = { batch_size = "2" }, best = true, at_least = 1'),
        rf"{CONDITION}: .*best is about the runs of one cell",
    ),
    (CLAIM.format('where = { batch_size = "3" }, at_least = 1'), rf"{CONDITION}\.where\.batch_size: there is no level"),
    (CLAIM.format("at_least = 1"), rf"{CONDITION}\.where: it must have a level for each of batch_size$"),
    (CLAIM.format('trend = "batch_size", at_least = 1'), rf"{CONDITION}\.trend: 'batch_size' has no trend: it takes"),
    (
        CLAIM.format('trend = "batch_size", at_least = 1'),
        r".*and there are 1, 2; with two levels, claim the difference of two cells, with where and against$",
    ),
    (
        CLAIM.format('trend = "loss", at_least = 1'),
        rf"{CONDITION}\.trend: 'loss' is none of the factors of compare and by; there are batch_size$",
    ),
    (
        ALONG + CLAIM.format(GROWTH.format(2, 1)).replace('trend = "epochs"', 'trend = "batch_size"'),
        rf"{CONDITION}\.trend: 'batch_size' is none of the factors of by; there are epochs$",
    ),
    (
        ALONG + CLAIM.format(GROWTH.format(1, 2)),
        rf"{CONDITION}\.against: it must be the level that all others are compared with, batch_size = '1'$",
    ),
    (
        ALONG.replace("[1, 2]", "[1, 2, 4]") + CLAIM.format(GROWTH.format(2, 1)),
        rf"{CONDITION}\.where: the levels of batch_size are numbers, of which the trend changes",
    ),
    (
        'headline = { asks = "depends" }',
        r"questions\.size\.headline\.asks: batch_size can depend on a factor of by only, and there is",
    ),
    (
        'headline = { asks = "depends", where = { batch_size = "1" } }',
        r"questions\.size\.headline: .*asks = \"depends\" is about all cells, and stands alone",
    ),
    (
        'headline = { asks = "better" }',
        r"questions\.size\.headline: .*it needs where, the cell that the first sentence",
    ),
    (
        'by = ["loss"]\nmetrics = ["update_ratio"]\nheadline = { asks = "depends" }',
        r"questions\.size\.headline\.asks: the first metric, update_ratio, has a figure for each layer",
    ),
    (
        CLAIM.format('trend = "batch_size", where = { batch_size = "1" }, at_least = 1'),
        rf"{CONDITION}: .*a trend has neither where nor against, or both",
    ),
    (
        CLAIM.format('question = "sizes", where = { batch_size = "1" }, at_least = 1'),
        rf"{CONDITION}\.question: there is no comparison 'sizes' \(did you mean size\?\); there are size, loss",
    ),
    (
        CLAIM.format('question = "loss", where = { batch_size = "1" }, at_least = 1'),
        rf"{CONDITION}\.where: it must have a level for each of loss",
    ),
    (
        CLAIM.format('where = { batch_size = "1" }, also = [{ question = "loss" }], at_least = 1'),
        rf"{CONDITION}: .*also is for best",
    ),
    (
        CLAIM.format('best = true, also = [{ question = "loss", where = { loss = "none" } }], at_least = 1'),
        rf"{CONDITION}\.also\[0\]\.where\.loss: there is no level 'none'",
    ),
    (GOAL.format('batch_size = "3"'), r"questions\.size\.goals\[0\]\.where\.batch_size: there is no level '3'; there "),
    (GOAL.format('loss = "cross_entropy"'), r"questions\.size\.goals\[0\]\.where: it must have a level for each of b"),
]


@pytest.mark.parametrize(("old", "new", "said"), CHANGED)
def test_what_is_malformed_is_refused_by_the_path_of_its_key(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert GOOD.count(old) == 1
    assert re.match(said, refusal(tmp_path, GOOD.replace(old, new)), re.DOTALL)


@pytest.mark.parametrize(("line", "said"), ADDED)
def test_what_a_question_cannot_have_is_refused_by_the_path_of_its_key(tmp_path: Path, line: str, said: str) -> None:
    assert re.match(said, refusal(tmp_path, GOOD.replace(COMPARE, f"{COMPARE}\n{line}")), re.DOTALL)


@pytest.mark.parametrize(
    ("questions", "said"),
    [
        ("", "questions: must be given"),
        ("[questions]", "questions: dictionary should have at least 1 item"),
        ("[[questions]]", "questions: must be a table of keys and values"),
        ("[questions]\nsize = 3", "questions.size: must be a table of keys and values"),
        ('[questions.size]\ntitle = "?"\ncompare = "batch"', "questions.size.compare: there is no factor 'batch'"),
    ],
)
def test_a_study_without_a_question_is_refused(tmp_path: Path, questions: str, said: str) -> None:
    assert refusal(tmp_path, GOOD[: GOOD.index("[questions.size]")] + questions).startswith(said)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"title = ?", "not a TOML file: "),
        (b'title = "\xff"', "this is no text in UTF-8: "),
        (b"title = " + b"[" * 100_000, "not a TOML file: it is nested too deeply"),
        (b"seeds = 1" + b"0" * 5000, "not a TOML file: Exceeds the limit"),
    ],
)
def test_what_is_not_toml_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "sizes.toml"
    file.write_bytes(content)
    with pytest.raises(StudyError, match=f"^{re.escape(f'{file}: {said}')}"):
        make_plan(file)


def test_what_is_no_file_is_refused_with_the_names_of_the_studies_there_are(tmp_path: Path) -> None:
    for source in ("colours", tmp_path / "no.toml"):
        said = (
            rf"^{re.escape(repr(str(source)))} is neither a study of lenetpp \(.*blog.*\) nor a file that can be read"
        )
        with pytest.raises(StudyError, match=said):
            make_plan(source)


@pytest.mark.parametrize("quick", ["", "quick = 3\n"])
def test_a_study_without_a_quick_form_says_so(tmp_path: Path, quick: str) -> None:
    file = tmp_path / "sizes.toml"
    file.write_text(quick + GOOD, encoding="utf-8")
    with pytest.raises(StudyError, match="quick: there is no such table"):
        make_plan(file, quick=True)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (BASE, f'{BASE}, classes = ["Dress", "Cat"]', "classes has 'Cat', which is no class of these data"),
        (BASE, f'{BASE}, data = "nowhere"', "nowhere: there is no such file or folder"),
        (BASE, "train_per_class = 100000", "train_per_class=100000 asks for more than the 500 training images"),
    ],
)
def test_data_that_cannot_be_had_are_told_with_the_question_that_needs_them(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    file = tmp_path / "sizes.toml"
    file.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(lp.DataError, match=rf"sizes\.toml: {IN_QUESTION}{re.escape(said)}"):
        make_plan(file)


# Factors that nothing asks about


@pytest.mark.parametrize("unused", ['{ colour = ["red"] }', "{ seed = [1] }", "{ epochs = [1, 2] }"])
def test_a_factor_that_no_question_uses_is_refused(tmp_path: Path, unused: str) -> None:
    name = unused.split()[1]
    added = GOOD.replace("[factors]", f"[factors]\n{unused[2:-2]}")
    assert (
        refusal(tmp_path, added) == f"factors.{name}: no question uses the factor {name!r}, by compare or by; remove it"
    )


def test_a_factor_that_every_question_replaces_by_its_own_is_refused(tmp_path: Path) -> None:
    own = GOOD.replace(COMPARE, f"{COMPARE}\nfactors = {{ batch_size = [4, 8] }}")
    assert refusal(tmp_path, own).startswith("factors.batch_size: no question uses the factor")


def test_a_factor_of_a_question_that_does_not_compare_it_is_refused(tmp_path: Path) -> None:
    own = GOOD.replace(COMPARE, f"{COMPARE}\nfactors = {{ epochs = [1, 2] }}")
    assert refusal(tmp_path, own) == "questions.size.factors.epochs: neither compare nor by names it"


def test_the_quick_form_is_checked_whether_it_is_asked_for_or_not(tmp_path: Path) -> None:
    assert refusal(tmp_path, GOOD + "[quick]\nseads = 1\n") == "seads: there is no such key (did you mean seeds?)"


# At the shell


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            GOOD.replace(BASE, "train_per_clas = 2"),
            "questions.size (batch_size 1): train_per_clas: there is no such setting",
        ),
        (GOOD.replace(BASE, f'{BASE}, data = "nowhere"'), "questions.size (batch_size 1): nowhere: there is no such"),
        ("title = ?", "not a TOML file: "),
        (None, "nor a file that can be read"),
    ],
)
def test_the_command_says_in_one_line_what_is_wrong_and_trains_nothing(
    lenetpp: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    if content is not None:
        Path("sizes.toml").write_text(content, encoding="utf-8")
    planning, errors = lenetpp("study", "sizes.toml", code=1, stream="errors").split("\n", 1)
    assert planning == "planning: reading the study and its data"
    assert errors.startswith("error: ")
    assert errors.count("\n") == 1
    assert said in errors
    assert {path.name for path in tmp_path.iterdir()} <= {"sizes.toml"}
