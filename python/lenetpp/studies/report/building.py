"""From the result of a study to the content of its report."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from lenetpp.basics.language import say
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
        title=study.title,
        text=study.text,
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
            yield ClaimEntry(each.claim.text, elsewhere, each.words, section.anchor)
    for text in () if post is None else post.not_asked:
        yield ClaimEntry(text, "", NOT_ASKED)


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
        "{now} UTC, lenetpp {with_what}, numerics {bits} ({bits_2}, {bits_3}), Python {with_what_2}, NumPy "
        "{with_what_3}, {on} cores of {on_2}",
        now=f"{datetime.now(UTC):%Y-%m-%d %H:%M}",
        with_what=with_what["lenetpp"],
        bits=bits["version"],
        bits_2=bits["class"],
        bits_3=bits["instruction_set"],
        with_what_2=with_what["python"],
        with_what_3=with_what["numpy"],
        on=on["cores"],
        on_2=on["processor"],
    )


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
    several = (
        say("{count} different trainings, each with up to", count=f"{len(settings):,}")
        if len(settings) > 1
        else say("one training with")
    )
    with_seeds = (
        say("{count} seeds ({seeds} to {seeds_2})", count=len(seeds), seeds=seeds[0], seeds_2=seeds[-1])
        if len(seeds) > 1
        else say("the seed {seeds}", seeds=seeds[0])
    )
    return (
        say("{count} run; {several} {with_seeds}.", count=f"{len(runs):,}", several=several, with_seeds=with_seeds)
        if len(runs) == 1
        else say(
            "{count} runs; {several} {with_seeds}.", count=f"{len(runs):,}", several=several, with_seeds=with_seeds
        )
    )


def _failures(answers: Sequence[AnyAnswer]) -> tuple[str, ...]:
    """Return the missing runs with their reasons, each once, though several questions may ask for it."""
    missing: dict[str, str] = {}
    for answer, cell in cells_of(answers):
        for seed, reason in cell.missing.items():
            missing.setdefault(
                cell.training.with_seed(seed).key,
                say(
                    "{title} {label}, seed {seed}: {reason}",
                    title=answer.title,
                    label=cell.label,
                    seed=seed,
                    reason=reason,
                ),
            )
    return tuple(missing.values())
