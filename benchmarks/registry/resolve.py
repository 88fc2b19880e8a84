"""Names of real ESCO that were held out of the index, found again by the linker and by pg_trgm in the same run.

    python -m benchmarks.registry.resolve

Starts a PostgreSQL of its own and writes to benchmarks/results.json. Both sides hold the same labels; pg_trgm gets
them folded as the linker folds them and is told the language, which is its favourable case. Weights and thresholds
were chosen on the development half (`held_out`); what is printed and recorded is the test half. Ends with what each
signal gives.
"""

import asyncio
import tempfile
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from time import perf_counter
from typing import NamedTuple

import asyncpg
import numpy as np
import psutil

from benchmarks.record import record
from benchmarks.registry.held_out import DATA, Question, Split, misspelt, split, taxonomy
from services.cli.postgres import Postgres
from services.registry.taxonomy.linking.linker import Linker, Query, Weights
from services.registry.taxonomy.linking.names import names_in
from services.registry.taxonomy.linking.normalising import words
from services.registry.taxonomy.linking.vocabulary import Signals

DEEPEST = 50  # a concept that comes later counts as not found
PUBLISHED = "published lexical baselines on job titles: 0.606 en, 0.804 fr (France), 0.468 fr (Belgium), 0.553 nl"

SCHEMA = """
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE TABLE labels (uri text, language text, folded text)
"""
INDEX = "CREATE INDEX ON labels USING gist (folded gist_trgm_ops(siglen = 64))"
QUERY = """
SELECT uri FROM (
    SELECT uri, folded <-> $1 AS far FROM labels WHERE language = $2 ORDER BY folded <-> $1 LIMIT 200
) AS near GROUP BY uri ORDER BY min(far), uri LIMIT 50
"""

Find = Callable[[Question], Awaitable[list[str]]]


class Figures(NamedTuple):
    """Of one set of questions: shares of right answers, mean reciprocal rank, milliseconds a text."""

    top1: float
    top5: float
    mrr: float
    p50: float
    p99: float

    def __str__(self) -> str:
        found = f"top-1 {self.top1:.3f}  top-5 {self.top5:.3f}  MRR {self.mrr:.3f}"
        return f"{found}  p50 {self.p50:6.1f} ms  p99 {self.p99:6.1f} ms"


async def measure(questions: Sequence[Question], find: Find) -> Figures:
    ranks, seconds = [], []
    for question in questions:
        begun = perf_counter()
        found = await find(question)
        seconds.append(perf_counter() - begun)
        ranks.append(next((place for place, uri in enumerate(found, 1) if uri in question.uris), np.inf))
    rank = np.array(ranks)
    p50, p99 = np.percentile(np.array(seconds) * 1000, [50, 99])
    return Figures(
        float((rank == 1).mean()), float((rank <= 5).mean()), float((1 / rank).mean()), float(p50), float(p99)
    )


def by_linker(linker: Linker) -> Find:
    async def find(question: Question) -> list[str]:
        found = linker.link(Query(question.text, (question.language,)), DEEPEST)
        return [candidate.uri for candidate in found]

    return find


def by_trigrams(connection: asyncpg.Connection) -> Find:
    async def find(question: Question) -> list[str]:
        return [row["uri"] for row in await connection.fetch(QUERY, question.text, question.language)]

    return find


def labels(held: Split) -> Iterator[tuple[str, str, str]]:
    for each in held.named:
        for label in (each.label, *each.alternatives):
            for name in names_in(label):
                yield each.uri, each.language, " ".join(words(name))


def sets(held: Split) -> Iterator[tuple[str, bool, list[Question]]]:
    """The questions of the test half by language, as they are and misspelt."""
    by_language: dict[str, list[Question]] = defaultdict(list)
    for question in held.test:
        by_language[question.language].append(question)
    for language, questions in by_language.items():
        yield language, False, questions
        slips = Random(f"slips {language}")
        yield language, True, [misspelt(question, slips) for question in questions]


async def compare(kind: str, held: Split, linker: Linker, connection: asyncpg.Connection) -> None:
    await connection.execute("TRUNCATE labels")
    await connection.copy_records_to_table("labels", records=list(labels(held)))
    await connection.execute(INDEX)
    await connection.execute("ANALYZE labels")
    for language, with_typos, questions in sets(held):
        ours = await measure(questions, by_linker(linker))
        theirs = await measure(questions, by_trigrams(connection))
        print(f"{kind} {language}{', misspelt' if with_typos else ''} ({len(questions)})")
        print(f"  linker   {ours}\n  pg_trgm  {theirs}")
        print(f"  linker / pg_trgm: top-1 {ours.top1 / theirs.top1:.2f}, MRR {ours.mrr / theirs.mrr:.2f}")
        suffix = f"{language}{'' if kind == 'occupation' else '_skills'}{'_misspelt' if with_typos else ''}"
        note = f"; {PUBLISHED}" if kind == "occupation" else ""
        against = f"pg_trgm in the same run: top-1 {theirs.top1:.3f}, MRR {theirs.mrr:.3f}, p50 {theirs.p50:.1f} ms"
        record(f"resolve_mrr_{suffix}", ours.mrr, "mean reciprocal rank", against + note, ("numpy",))
        record(f"resolve_top1_{suffix}_vs_pg_trgm", ours.top1 / theirs.top1, "ratio of top-1", against, ("numpy",))
        if not with_typos:
            record(f"resolve_ms_per_text_{suffix}", ours.p50, "ms, median", against, ("numpy",))


async def ablate(held: Split, linker: Linker) -> None:
    """MRR over all languages, clean and misspelt, when only some signals count or one is missing."""
    whole = Weights()
    none = Weights(*[0.0] * 8)
    # So little that it ranks nothing, but still chooses the concepts whose names are compared.
    chosen = replace(none, concept_letters=1e-6 * whole.concept_letters, concept_words=1e-6 * whole.concept_words)
    every = Signals()
    variants: dict[str, tuple[Weights, Signals]] = {
        "letters of names": (replace(chosen, name_letters=whole.name_letters), every),
        "words of names": (replace(chosen, name_words=whole.name_words), every),
        "letters and words of names": (
            replace(chosen, name_letters=whole.name_letters, name_words=whole.name_words),
            every,
        ),
        "letters of concepts": (replace(none, concept_letters=whole.concept_letters), every),
        "words of concepts": (replace(none, concept_words=whole.concept_words), every),
        "all": (whole, every),
        "all but letters of concepts": (replace(whole, concept_letters=0.0), every),
        "all but words of concepts": (replace(whole, concept_words=0.0), every),
        "all but descriptions": (replace(whole, description=0.0), every),
        "all but the language given": (replace(whole, language=0.0), every),
        "all but near words": (whole, replace(every, near_words=False)),
        "all but compounds": (whole, replace(every, compounds=False)),
        "all but acronyms": (whole, replace(every, acronyms=False)),
        "all but several readings": (whole, replace(every, readings=False)),
    }
    asked = [(with_typos, questions) for _, with_typos, questions in sets(held)]
    print("What each signal gives (occupations, MRR over the four languages: clean, misspelt)")
    for name, (weights, signals) in variants.items():
        linker.weights, linker.signals = weights, signals
        found = {}
        for with_typos in (False, True):
            questions = [question for slips, some in asked if slips == with_typos for question in some]
            found[with_typos] = (await measure(questions, by_linker(linker))).mrr
        print(f"  {name:32} {found[False]:.3f}  {found[True]:.3f}")


async def run(url: str) -> None:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    await connection.execute(SCHEMA)
    esco = taxonomy()
    for kind in ("occupation", "skill"):
        held = split(esco, kind)
        before, begun = psutil.Process().memory_info().rss, perf_counter()
        linker = Linker(held.named, held.about)
        size = (psutil.Process().memory_info().rss - before) / 1e6
        print(f"{kind}: {len(linker.names)} names indexed in {perf_counter() - begun:.1f} s, {size:.0f} MB")
        await compare(kind, held, linker, connection)
        if kind == "occupation":
            await ablate(held, linker)
    await connection.close()


def main() -> None:
    if not (DATA / "esco-1.1.1").is_dir():
        print(f"skipped: no ESCO export in {DATA} (PASSERELLE_DATA names the folder)")
        return
    with tempfile.TemporaryDirectory() as folder:
        server = Postgres(Path(folder) / "data", durable=False)
        server.start()
        try:
            asyncio.run(run(server.url()))
        finally:
            server.stop()


if __name__ == "__main__":
    main()
