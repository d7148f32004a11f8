"""From the result of a study to the content of its report."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from lenetpp.basics.language import paragraphs, say
from lenetpp.basics.surroundings import machine, numerics, software
from lenetpp.studies.answers import Answer, AnyAnswer, BenchmarkAnswer, cells_of
from lenetpp.studies.question_parts import Post
from lenetpp.studies.report.benchmark_section import benchmark_section
from lenetpp.studies.report.cell_entries import cell_entry
from lenetpp.studies.report.comparison_section import comparison_section
from lenetpp.studies.report.content import ClaimEntry, Report, Section
from lenetpp.studies.report.filter_section import filter_section
from lenetpp.studies.report.recipes import RecipeFiles, slug
from lenetpp.studies.result import StudyResult

NOT_ASKED = say("not asked here")


def build_report(result: StudyResult, recipes: RecipeFiles) -> Report:
    """Return what there is to report; the recipes are where those of the cells are."""
    sections = [
        _section(answer, f"{number}-{slug(answer.name)}", recipes)
        for number, answer in enumerate(result.answers, start=1)
    ]
    study = result.plan.file
    return Report(
        title=say(study.title),
        text=paragraphs(study.text),
        post=study.post,
        claims=tuple(_claims(result.answers, sections, study.post)),
        made=_made(),
        counts=_counts(result.answers),
        command=result.command,
        failures=_failures(result.answers),
        sections=tuple(sections),
    )


def _claims(answers: Sequence[AnyAnswer], sections: Sequence[Section], post: Post | None) -> Iterator[ClaimEntry]:
    for answer, section in zip(answers, sections, strict=True):
        for each in answer.judgements:
            elsewhere = "" if post is not None and each.claim.source == post.source else each.claim.source
            yield ClaimEntry(say(each.claim.text), say(elsewhere) if elsewhere else "", each.words, section.anchor)
    for text in () if post is None else post.not_asked:
        yield ClaimEntry(say(text), "", NOT_ASKED)


def _section(answer: AnyAnswer, anchor: str, recipes: RecipeFiles) -> Section:
    if isinstance(answer, BenchmarkAnswer):
        return benchmark_section(answer, anchor)
    measure = answer.measure if isinstance(answer, Answer) else None
    cells = tuple(
        cell_entry(cell, f"{anchor}-cell-{place}", measure, recipes[id(cell)])
        for place, cell in enumerate(answer.cells, start=1)
    )
    if isinstance(answer, Answer):
        return comparison_section(answer, anchor, cells)
    return filter_section(answer, anchor, cells)


def _made() -> str:
    with_what, on, bits = software(), machine(), numerics()
    return say(
        "{now} UTC, lenetpp {version}, numerics {numerics} ({kind}, {instruction_set}), Python {python}, NumPy "
        "{numpy}, {cores} cores of {processor}",
        now=f"{datetime.now(UTC):%Y-%m-%d %H:%M}", version=with_what["lenetpp"], numerics=bits["version"],
        kind=bits["class"], instruction_set=bits["instruction_set"], python=with_what["python"],
        numpy=with_what["numpy"], cores=on["cores"], processor=on["processor"],
    )  # fmt: skip


def _counts(answers: Sequence[AnyAnswer]) -> str:
    runs = {}
    settings = set()
    for _, cell in cells_of(answers):
        settings.add(cell.training.key)
        for seed in cell.runs:
            runs[cell.training.with_seed(seed).key] = seed
    seeds = sorted(set(runs.values()))
    if not runs:
        return say("No run.")
    if len(seeds) > 1:
        with_seeds = say("{count} seeds ({first} to {last})", count=len(seeds), first=seeds[0], last=seeds[-1])
    else:
        with_seeds = say("the seed {seed}", seed=seeds[0])
    known = {"runs": f"{len(runs):,}", "count": f"{len(settings):,}", "seeds": with_seeds}
    if len(settings) > 1:
        return say("{runs} runs; {count} different trainings, each with up to {seeds}.", **known)
    if len(runs) == 1:
        return say("1 run; one training with {seeds}.", **known)
    return say("{runs} runs; one training with {seeds}.", **known)


def _failures(answers: Sequence[AnyAnswer]) -> tuple[str, ...]:
    """Return the missing runs with their reasons, each once, though several questions may ask for it."""
    missing: dict[str, str] = {}
    for answer, cell in cells_of(answers):
        for seed, reason in cell.missing.items():
            missing.setdefault(
                cell.training.with_seed(seed).key,
                say(
                    "{title} {label}, seed {seed}: {reason}",
                    title=say(answer.title),
                    label=cell.label,
                    seed=seed,
                    reason=reason,
                ),
            )
    return tuple(missing.values())
