"""``lenetpp study --new FILE`` writes a study that runs as it stands and whose every comment is right."""

from pathlib import Path

import pytest

from lenetpp.studies.estimates import Estimate
from lenetpp.studies.plan import make_plan
from lenetpp.studies.study_reading import read_study

from ..command import Command


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lenetpp: Command) -> Path:
    monkeypatch.chdir(tmp_path)
    printed = lenetpp("study", "--new", "questions.toml")
    assert printed.splitlines() == ["written: questions.toml", "run it with: lenetpp study questions.toml"]
    return Path("questions.toml")


def test_it_can_be_planned_as_it_stands_and_in_its_quick_form(template: Path) -> None:
    whole, quick = make_plan(template), make_plan(template, quick=True)
    assert [question.name for question in whole.questions] == ["activation", "steps"]
    assert [len(cell.seeds) for cell in whole.questions[0].cells] == 6 * [5]
    assert {cell.training.settings.epochs for cell in quick.questions[0].cells} == {2}


def test_what_it_says_of_few_seeds_is_so(template: Path) -> None:
    text = " ".join(template.read_text(encoding="utf-8").replace("#", "").split())
    assert "three are too few for error bars of more than two comparisons, two are too few for any" in text
    spread = (0.1, 0.2, 0.4)
    assert [Estimate(spread, comparisons).low is None for comparisons in (1, 2, 3)] == [False, False, True]
    assert Estimate(spread[:2]).low is None


def test_what_is_commented_out_can_be_used(template: Path) -> None:
    text = template.read_text(encoding="utf-8").replace("# [[", "[[")
    for key in ("text", "source", "conditions"):
        text = text.replace(f"# {key} =", f"{key} =")
    template.write_text(text, encoding="utf-8")
    assert len(read_study(template).questions["activation"].claims) == 1


@pytest.mark.filterwarnings("ignore")
def test_its_quick_form_is_answered_without_failures(
    template: Path, lenetpp: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LENETPP_RUNS", "runs")
    result = lenetpp.json("study", template, "--quick", "--only", "steps", "--seeds", 1, "--jobs", 1, "--quiet")
    assert result["failures"] == []
    assert result["trained"] == 3


@pytest.mark.parametrize(("name", "said"), [("questions.toml", "exists already"), ("questions", "must end in .toml")])
def test_nothing_is_overwritten(template: Path, lenetpp: Command, name: str, said: str) -> None:
    before = template.read_bytes()
    assert said in lenetpp("study", "--new", name, code=2, stream="errors")
    assert template.read_bytes() == before


MISTAKES = """
title = "x"
base = { epochz = 2, train_per_class = 2, test_per_class = 2 }
factors.learning_rate = [0.01, -0.1]
[questions.rate]
title = "r"
compare = "learning_rate"
metrics = ["test_acuracy"]
"""


def test_all_mistakes_of_a_file_are_listed_at_once(tmp_path: Path, lenetpp: Command) -> None:
    file = tmp_path / "study.toml"
    file.write_text('sedes = 1\n[questions.a]\ncolour = 1\ntitel = "?"\ncompare = 3\n', encoding="utf-8")
    said = lenetpp("study", file, code=1, stream="errors")
    expected = {
        "title: must be given",
        "questions.a.title: must be given",
        "questions.a.colour: there is no such key",
        "questions.a.titel: there is no such key (did you mean title?)",
        "sedes: there is no such key (did you mean seeds?)",
    }
    assert expected < {line.strip() for line in said.splitlines()}
    assert "6 mistakes" in said
    file.write_text(f'colour = 1\n{MISTAKES}compar = "x"\n[questions.without]\n', encoding="utf-8")
    said = lenetpp("study", file, code=1, stream="errors")
    for part in ("colour", "compar", "questions.without.title", "epochz: there is no", "metrics[0]: there is no"):
        assert part in said, part
    file.write_text(MISTAKES, encoding="utf-8")
    said = lenetpp("study", file, code=1, stream="errors")
    assert "3 mistakes" in said
    assert "(did you mean test_accuracy?)" in said
    assert "epochz: there is no such setting (did you mean epochs?)" in said
    text = 'train_per_class = 2, network = "1x28x28 | conv 6x5x | dense 10 {activaton}", activation = "relu"'
    mistakes = MISTAKES.replace("test_acuracy", "test_accuracy").replace("train_per_class = 2", text)
    file.write_text(mistakes, encoding="utf-8")
    said = lenetpp("study", file, code=1, stream="errors")
    assert "epochz: there is no such setting (did you mean epochs?)" in said
    assert "activation: there is no such setting (did you mean {activaton}?)" in said
    assert "{activaton}, for which neither base nor a factor has a value" in said
    assert "learning_rate must be above 0" in said
    assert "4 mistakes" in said


def test_settings_that_are_no_table_hide_no_other_mistake(tmp_path: Path, lenetpp: Command) -> None:
    file = tmp_path / "study.toml"
    levels = "base = 5\nfactors.pace.slow = 3\nfactors.pace.fast = { learning_rat = 0.1 }\n"
    file.write_text(
        f'title = "t"\n{levels}[questions.a]\ntitle = "a"\ncompare = "pace"\nmetrics = ["test_acuracy"]\n'
        '[questions.b]\ntitle = "b"\ncompare = "pase"\n',
        encoding="utf-8",
    )
    said = " ".join(lenetpp("study", file, code=1, stream="errors").split())
    for part in ("base: must be a table", "factors.pace.slow: must be a table", "(did you mean pace?)"):
        assert part in said, part
    file.write_text(file.read_text().replace("pase", "pace"), encoding="utf-8")
    said = " ".join(lenetpp("study", file, code=1, stream="errors").split())
    for part in ("base: must be a table", "metrics[0]: there is no", "learning_rat: there is no such setting"):
        assert part in said, part
