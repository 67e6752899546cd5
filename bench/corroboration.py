"""Weighing again after one withdrawal, and dependences proposed over many passages.

The input is generated: invented documents of invented words, with reprints, bodies that many documents quote, unnamed
speakers, and twenty statements a document. The peer of the incremental weighing is the full one, in the same run, and
both must give equal results.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import statistics
import time

from firsthand.claims.attribution import Informant, InformantType
from firsthand.claims.claim import PlaceTold, Polarity, Statement, StatementKind, TimeTold
from firsthand.corroboration.families import Told
from firsthand.corroboration.weighing import WeighingBook, weigh_statements
from firsthand.values.dates import UncertainDate
from firsthand.values.ids import DocumentId
from firsthand.values.places import Place
from firsthand.values.quantities import Quantity, QuantityKind
from firsthand.values.vocabularies import packaged_vocabulary


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


def main() -> None:
    """Run what the arguments ask for."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--documents", type=int, default=5000)
    ask.add_argument("--claims", type=int, default=20, help="claims in each document")
    ask.add_argument("--rounds", type=int, default=15)
    ask.add_argument("--seed", type=int, default=1)
    asked = ask.parse_args()
    propagation(asked.documents, asked.claims, asked.rounds, asked.seed)


if __name__ == "__main__":
    main()
