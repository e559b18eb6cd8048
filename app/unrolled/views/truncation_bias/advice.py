"""The smallest K of each kind of truncation that will do, what it saves, and how the truncation that is set does."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from unrolled.core.arrays.types import Array
from unrolled.core.loss.gradient import LossGraph
from unrolled.core.loss.relative_bias import first_cuts
from unrolled.core.loss.truncation_bias import KINDS, TruncationBias
from unrolled.query.query import Query


@dataclass(frozen=True)
class Saving:
    """The smallest K of one kind that will do, its bias and cosine, and what it takes.

    ``bias`` is the highest of ``cuts`` first cuts, what the advice is by, ``mean_bias`` and ``cosine`` are on the mean.
    ``bytes`` must be kept for the backward pass, which takes ``flops``, a whole one ``whole_flops``; ``is_whole`` is
    whether that K keeps everything.
    """

    window: int
    bias: float
    mean_bias: float
    cosine: float
    cuts: int
    bytes: int
    flops: float
    whole_flops: float
    is_whole: bool

    def payload(self) -> dict[str, Any]:
        """Give it for JSON; ``work`` is the share of a whole backward pass."""
        return {
            "window": self.window,
            "bias": self.bias,
            "mean_bias": self.mean_bias,
            "cosine": self.cosine,
            "first_cuts": self.cuts,
            "bytes": self.bytes,
            "flops": self.flops,
            "work": self.flops / self.whole_flops,
            "is_whole": self.is_whole,
        }


@dataclass(frozen=True)
class Advice:
    """What the sentence and the notes are made of.

    ``savings`` by kind, None where there is no gradient. Each step up to ``last_step``, the last one with a loss,
    leaves ``bytes`` for the backward pass. ``current`` has bias, cosine and length ratio of the truncation that is
    set, ``kind`` at ``window``, a chunked one cut after every K steps from the first one on; NaN without one. ``count``
    is how many K were measured where not all of them, and ``larger`` those of them above the chunked one.
    """

    savings: Mapping[str, Saving | None]
    tolerance: float
    last_step: int
    bytes: int
    whole_flops: float
    kind: str
    window: int
    current: Mapping[str, float]
    count: int | None = None
    larger: int = 0

    @classmethod
    def of(cls, bias: TruncationBias, flops: dict[str, Array], graph: LossGraph, bytes_: int, query: Query) -> "Advice":
        """Choose the smallest K of both kinds; ``flops`` at every K (n,), by kind, ``bytes_`` of each step."""
        whole = float(flops["chunked"][-1])
        savings: dict[str, Saving | None] = {}
        for kind in KINDS:
            chosen = bias.needed(kind, query.tolerance)
            savings[kind] = None if chosen is None else _saving(bias, flops[kind], kind, chosen, bytes_, graph, whole)
        current = dict.fromkeys(("bias", "cosine", "ratio"), np.nan)
        if query.truncation != "none":
            index = int(np.searchsorted(bias.windows, min(query.window, int(bias.windows[-1]))))
            at = bias.curves[query.truncation].from_start
            current = {
                "bias": float(at.relative[index]),
                "cosine": float(at.cosine[index]),
                "ratio": float(at.ratio[index]),
            }
        chunked, set_ = savings["chunked"], (query.truncation, query.window)
        larger = 0 if chunked is None else int((bias.windows > chunked.window).sum())
        measured = (None, 0) if bias.is_every else (len(bias.windows), larger)
        return cls(savings, query.tolerance, graph.last_step, bytes_, whole, *set_, current, *measured)


def _saving(
    bias: TruncationBias, flops: Array, kind: str, window: int, bytes_: int, graph: LossGraph, whole_flops: float
) -> Saving:
    index, curve, last = int(np.searchsorted(bias.windows, window)), bias.curves[kind], graph.last_step
    return Saving(
        window=window,
        bias=float(curve.highest[index]),
        mean_bias=float(curve.mean.relative[index]),
        cosine=float(curve.mean.cosine[index]),
        cuts=len(first_cuts(window, last)) if kind == "chunked" else 1,
        bytes=min(window, last) * bytes_,
        flops=float(flops[index]),
        whole_flops=whole_flops,
        is_whole=window >= last,
    )
