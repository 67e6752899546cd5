"""Weighing again after one withdrawal, dependences proposed over many passages, and counts of many sources.

The input is generated: invented documents of invented words, with reprints, bodies that many documents quote, unnamed
speakers, and twenty statements a document. The peer of the incremental weighing is the full one, in the same run, and
both must give equal results.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import resource
import statistics
import time
from itertools import combinations

from corroboration_passages import invented_passages

from firsthand.claims.attribution import Informant, InformantType
from firsthand.claims.claim import (
    Claim,
    ClaimStatus,
    PlaceTold,
    Polarity,
    Statement,
    StatementKind,
    TimeTold,
)
from firsthand.corroboration.dependence import Dependence, DependenceKind, Standing
from firsthand.corroboration.echoes import EchoIndex
from firsthand.corroboration.facts import facts_of
from firsthand.corroboration.families import Told
from firsthand.corroboration.independence import independent_count
from firsthand.corroboration.proposing import REPRINT_CONTAINMENT
from firsthand.corroboration.reuse import ReuseIndex
from firsthand.corroboration.weighing import WeighingBook, weigh_statements
from firsthand.passages.passage import mark_passage
from firsthand.sources.consent import Consent, GivenBy, Purpose
from firsthand.sources.document import Document, digest_of_text
from firsthand.sources.source import Source, SourceKind
from firsthand.values.dates import UncertainDate
from firsthand.values.grades import Handling, StandardOfProof
from firsthand.values.ids import ClaimId, ConsentId, DocumentId, PassageId, SourceId
from firsthand.values.languages import Language
from firsthand.values.places import Place
from firsthand.values.quantities import Quantity, QuantityKind
from firsthand.values.vocabularies import packaged_vocabulary
from firsthand.vault import Change, Step
from firsthand.workbench.assessing import assess_vault, record_finding
from firsthand.workbench.opening import ephemeral_session
from firsthand.workbench.session import Session, source_key
from firsthand.workbench.withdrawing import withdraw_consent


def invented(documents: int, claims_each: int, seed: int) -> tuple[list[Told], dict[DocumentId, str]]:
    """Documents with texts and statements: a tenth reprint another, a third carry one of forty bodies' reports."""
    chance = random.Random(seed)
    words = ["".join(chance.choices("abdegiklmnoprstu", k=chance.randint(3, 9))) for _ in range(20_000)]
    acts = [term.code for term in packaged_vocabulary("acts") if not term.is_context]
    texts: dict[DocumentId, str] = {}
    told: list[Told] = []
    names = [DocumentId(f"document-{number:06d}") for number in range(documents)]
    for number, name in enumerate(names):
        if number > 10 and chance.random() < 0.1:
            texts[name] = "From a desk. " + texts[names[chance.randrange(number)]]
        else:
            texts[name] = " ".join(chance.choices(words, k=300))
        body = f"the Office of Shore {chance.randrange(40)}" if chance.random() < 0.33 else None
        told += [
            Told(key=f"{name}.{place:02d}", document=name, statement=_statement(chance, acts, body))
            for place in range(claims_each)
        ]
    return told, texts


def _statement(chance: random.Random, acts: list[str], body: str | None) -> Statement:
    speaks = chance.random()
    if body and speaks < 0.6:
        informant = Informant(type=InformantType.INSTITUTION, name=body)
    elif speaks < 0.75:
        informant = Informant(type=InformantType.UNNAMED_PERSON, name=f"a trader {chance.randrange(5)}")
    else:
        informant = Informant(type=InformantType.AUTHOR_VOICE)
    day = dt.date(1995, 1, 1) + dt.timedelta(days=chance.randrange(9000))
    edtf = chance.choice([day.isoformat(), day.isoformat()[:7], day.isoformat()[:4], None])
    least = chance.randrange(1, 300)
    denied = chance.random() < 0.03
    return Statement(
        kind=StatementKind.DENIAL if denied else StatementKind.ACT,
        polarity=Polarity.DENIED if denied else Polarity.AFFIRMED,
        informant=informant,
        acts=(chance.choice(acts),),
        places=(
            PlaceTold(text="x", place=Place(name="x", path=(f"C{chance.randrange(8)}", f"P{chance.randrange(9)}"))),
        ),
        time=TimeTold(date=UncertainDate(edtf=edtf)) if edtf else None,
        amount=Quantity(kind=QuantityKind.COUNT, unit="persons", minimum=least, maximum=least)
        if chance.random() < 0.2
        else None,
    )


def propagation(documents: int, claims_each: int, rounds: int, seed: int) -> None:
    """Withdraw sources one after another; each time weigh again by the book, and at the end from scratch."""
    told, texts = invented(documents, claims_each, seed)
    begun = time.perf_counter()
    book = WeighingBook(told, texts)
    book.weighing()
    full = time.perf_counter() - begun
    seconds = []
    chance = random.Random(seed + 1)
    gone = chance.sample(sorted(texts), rounds)
    for document in gone:
        begun = time.perf_counter()
        book.drop(document)
        weighed = book.weighing()
        seconds.append(time.perf_counter() - begun)
    left = set(gone)
    begun = time.perf_counter()
    again = weigh_statements(
        [one for one in told if one.document not in left], {d: t for d, t in texts.items() if d not in left}
    )
    full = min(full, time.perf_counter() - begun)
    middle = statistics.median(seconds)
    print(
        f"{len(told):,} claims in {len(texts):,} documents, {len(weighed.acts):,} acts, "
        f"{len(weighed.dependences):,} dependences"
    )
    print(f"from scratch {full:.1f} s; after one withdrawal median {middle:.3f} s, worst {max(seconds):.3f} s")
    print(f"ratio {full / middle:.0f}; equal to weighing from scratch: {again == weighed}")


def within_a_vault(documents: int, claims_each: int, rounds: int, seed: int) -> None:
    """Withdraw consents in an encrypted vault: foretold with before and after, carried out, weighed again."""
    told, texts = invented(documents, claims_each, seed)
    by_document: dict[DocumentId, list[Told]] = {}
    for one in told:
        by_document.setdefault(one.document, []).append(one)
    now = dt.datetime(2031, 1, 1, tzinfo=dt.UTC)
    with ephemeral_session(actor="coder one") as session:
        steps: list[Step] = []
        for name, text in texts.items():
            steps.append(_kept(session, text, by_document.get(name, []), now))
            if len(steps) == 250:
                session.vault.apply_many(steps)
                steps.clear()
        session.vault.apply_many(steps)
        for act in assess_vault(session).weighing.acts[:40]:
            record_finding(session, act, statement="x", standard=StandardOfProof.SUSPICION, reasons="y")
        consents = random.Random(seed).sample(session.consents(), rounds + 1)
        withdraw_consent(session, consents.pop().id, set(Purpose), on=now.date())  # what is read once is read now
        wall, processor = [], []
        for consent in consents:
            begun, used = time.perf_counter(), time.process_time()
            withdraw_consent(session, consent.id, set(Purpose), on=now.date())
            assess_vault(session)
            wall.append(time.perf_counter() - begun)
            processor.append(time.process_time() - used)
        middle, used = statistics.median(wall), statistics.median(processor)
        print(f"{len(told):,} claims in a vault of {len(texts):,} sources; a withdrawal foretold, carried out and")
        print(f"weighed again: median {middle:.2f} s ({used:.2f} s of the processor)")


def _kept(session: Session, text: str, told: list[Told], now: dt.datetime) -> Step:
    source = SourceId(session.new_id("source"))
    document = Document(
        id=DocumentId(session.new_id("document")),
        source=source,
        sha256=digest_of_text(text),
        text=text,
        text_sha256=digest_of_text(text),
        file_name="x.txt",
        media_type="text/plain",
        language=Language.ENGLISH,
        received_at=now,
    )
    consent = Consent(
        id=ConsentId(session.new_id("consent")),
        source=source,
        purposes=frozenset(Purpose),
        given_by=GivenBy.SELF,
        given_on=now.date(),
    )
    passage = mark_passage(document, 0, 20, id=PassageId(session.new_id("passage")))
    records: list[tuple[str, str, object]] = [
        ("source", source, Source(id=source, designation="quiet lantern", kind=SourceKind.ARTICLE)),
        ("document", document.id, document),
        ("consent", consent.id, consent),
        ("passage", passage.id, passage),
    ]
    for one in told:
        claim = Claim(
            id=ClaimId(session.new_id("claim")),
            passages=(passage.id,),
            source=source,
            document=document.id,
            statement=one.statement,
            status=ClaimStatus.ACCEPTED,
            coder="coder one",
            recorded_at=now,
            handling=Handling.INTERNAL,
        )
        records.append(("claim", claim.id, claim))
    key = source_key(source)
    changes = tuple(Change(kind=kind, id=name, value=value, key=key) for kind, name, value in records)
    return Step(name="record claim", actor="coder one", at=now, changes=changes)


def dependences(passages: int, seed: int) -> None:
    """Propose dependences among invented passages of which it is known which rest on which."""
    told = invented_passages(passages, seed)
    texts = {DocumentId(f"passage-{number:06d}"): one.text for number, one in enumerate(told)}
    held = dict(zip(texts, told, strict=True))
    begun = time.perf_counter()
    reuse = ReuseIndex({str(document): text for document, text in texts.items()})
    index = EchoIndex(texts)
    found = {(echo.a, echo.b): echo.kind.value for echo in index.echoes()}
    found |= {(r.a, r.b): "reprint" for r in reuse.pairs() if r.containment >= REPRINT_CONTAINMENT}
    seconds = time.perf_counter() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{len(texts):,} passages: {len(found):,} proposals in {seconds:.0f} s, one process, {memory:.1f} GB at most")
    groups: dict[int, list[DocumentId]] = {}
    for document, one in held.items():
        groups.setdefault(one.account, []).append(document)
    truth = {
        pair: " and ".join(sorted({held[end].how for end in pair} - {"first"}))
        for members in groups.values()
        for pair in combinations(sorted(members), 2)
    }
    for how in ("reprint", "paraphrase", "translation"):
        pairs = [pair for pair, kind in truth.items() if kind == how]
        rich = [pair for pair in pairs if len(_items(held[pair[0]].text) & _items(held[pair[1]].text)) >= 3]
        recall, of_rich = (sum(pair in found for pair in some) / max(1, len(some)) for some in (pairs, rich))
        print(f"{how:12} {len(pairs):5} known, recall {recall:.3f}; three facts survived in {len(rich)}: {of_rich:.3f}")
    for kind in sorted(set(found.values())):
        pairs = [pair for pair, of in found.items() if of == kind]
        right = [pair for pair in pairs if pair in truth]
        honest = sum(any("witness" in held[end].how for end in pair) for pair in set(pairs) - set(right))
        precision = len(right) / len(pairs)
        print(f"{kind:22} {len(pairs):5} proposed, precision {precision:.3f} ({honest} with an honest witness)")


def _items(text: str) -> set[str]:
    return {
        "date" if fact.split(" ")[0] in {"day", "month", "year"} else fact
        for fact, weight in facts_of(text).items()
        if weight
    }


def counting(seed: int) -> None:
    """Count independent sources among many: seconds, and whether the count is proven to be the best."""
    chance = random.Random(seed)
    for sources in (100, 200, 300, 400, 600, 1000):
        for density in (1.5, 3.0):
            accounts = [f"a{number}" for number in range(sources)]
            links = [
                Dependence(
                    a=a,
                    b=b,
                    kind=DependenceKind.SAME_INTERVIEWER,
                    standing=Standing.KNOWN,
                    reason="shared",
                    asserted_by="bench",
                )
                for a, b in (chance.sample(accounts, 2) for _ in range(int(sources * density)))
            ]
            begun = time.perf_counter()
            count = independent_count(accounts, links)
            seconds = time.perf_counter() - begun
            shown = f"at most {count.at_most} ({len(count.witnesses)} shown)"
            how = "proven" if count.proven else "bounded"
            print(f"{sources:5} sources, {len(links):5} random links: {shown}, {how}, {seconds:.2f} s")


def main() -> None:
    """Run what the arguments ask for."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--only", choices=["propagation", "vault", "dependences", "counting"], action="append")
    ask.add_argument("--passages", type=int, default=100_000)
    ask.add_argument("--documents", type=int, default=5000)
    ask.add_argument("--claims", type=int, default=20, help="claims in each document")
    ask.add_argument("--rounds", type=int, default=15)
    ask.add_argument("--seed", type=int, default=1)
    asked = ask.parse_args()
    only = asked.only or ["propagation", "dependences", "counting"]
    if "propagation" in only:
        propagation(asked.documents, asked.claims, asked.rounds, asked.seed)
    if "vault" in only:
        within_a_vault(asked.documents, asked.claims, asked.rounds, asked.seed)
    if "dependences" in only:
        dependences(asked.passages, asked.seed)
    if "counting" in only:
        counting(asked.seed)


if __name__ == "__main__":
    main()
