"""Train the judge's heads on labelled calls and store them.

``python -m models.training --data benchmarks/data --out models/heads`` takes a few minutes on two
cores. It runs in one thread, for sums over several threads come out in any order: the same data,
weights and libraries on the same kind of processor give the same bytes.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from threadpoolctl import threadpool_limits

from models.encoder import load_encoder
from models.trained import Made, heads_version, save_trained
from models.training.crossfit import fit_judge, prepare
from models.training.labelled import SETS, data_sha256, read_labelled
from pipeline.rubric import bundled_rubric_path, load_rubric
from pipeline.settings import Settings

logger = logging.getLogger("models.training")


def main() -> None:
    """Read, train, store; say what is being done on the way."""
    parser = argparse.ArgumentParser(prog="python -m models.training", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("benchmarks/data"))
    parser.add_argument("--out", type=Path, default=Path("models/heads"))
    parser.add_argument("--rubric", type=Path, default=bundled_rubric_path())
    parser.add_argument("--weights", type=Path, default=Settings().weights)
    parser.add_argument("--sets", nargs="+", default=list(SETS))
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")

    with one_thread():
        encoder = load_encoder(args.weights)
        calls = prepare(read_labelled(args.data, args.sets), encoder)
        logger.info("%d calls, data %s", len(calls), data_sha256(args.data, args.sets)[:12])
        rubric = load_rubric(args.rubric)
        trained = fit_judge(calls, rubric, encoder, logger.info)
    made = Made(
        data_sha256=data_sha256(args.data, args.sets),
        calls=len(calls),
        groups=tuple(sorted({item.call.group for item in calls})),
        rubric=f"{rubric.id} version {rubric.version}, {rubric.sha256[:12]}",
    )
    save_trained(replace(trained, made=made), args.out)
    logger.info("heads %s in %s", heads_version(args.out), args.out)


@contextmanager
def one_thread() -> Iterator[None]:
    """Let torch, the linear algebra of numpy and scikit-learn use a single thread inside."""
    # Loaded before, so that their thread pools are there to be limited.
    import sklearn.ensemble
    import sklearn.linear_model  # noqa: F401
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with threadpool_limits(limits=1):
            yield
    finally:
        torch.set_num_threads(before)


if __name__ == "__main__":
    main()
