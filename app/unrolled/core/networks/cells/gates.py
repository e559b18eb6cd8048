"""Values and slopes of the gates of LSTM and GRU at some steps, and the products of them that Jacobians are made of."""

from dataclasses import dataclass

import numpy as np

from unrolled.core.arrays.scaling import count_zeros, flush_subnormal
from unrolled.core.arrays.types import Array


@dataclass(frozen=True)
class LSTMGates:
    """Gates, and slopes with a leading d, at some steps, each of shape (n, H)."""

    i: Array
    f: Array
    g: Array
    o: Array
    di: Array
    df: Array
    dg: Array
    do: Array
    tanh_c: Array
    d_tanh_c: Array
    c_before: Array

    @property
    def dc_dgates(self) -> tuple[Array, Array, Array]:
        """∂c_t with respect to the pre-activations of i, f and g."""
        return (
            flush_subnormal(self.g * self.di),
            flush_subnormal(self.c_before * self.df),
            flush_subnormal(self.i * self.dg),
        )

    @property
    def dh_do(self) -> Array:
        """∂h_t with respect to the pre-activation of o."""
        return flush_subnormal(self.tanh_c * self.do)

    @property
    def keep(self) -> Array:
        """∂c_t/∂c_{t−1} with the gates held fixed: f."""
        return flush_subnormal(self.f)

    @property
    def dh_dc(self) -> Array:
        """∂h_t/∂c_t."""
        return flush_subnormal(self.o * self.d_tanh_c)

    @property
    def too_small(self) -> int:
        """How many of these are taken for zero though neither c, nor g, is."""
        of_i, of_f, of_g = self.dc_dgates
        dh_dc, keep = self.dh_dc, self.keep
        return count_zeros(
            (of_i, self.g),
            (of_f, self.c_before),
            (of_g, 1.0),
            (self.dh_do, self.tanh_c),
            (keep, 1.0),
            (dh_dc, 1.0),
            (flush_subnormal(dh_dc * keep), np.minimum(dh_dc, keep)),
        )


@dataclass(frozen=True)
class GRUGates:
    """Gates and slopes at some steps, each of shape (n, H).

    ``keep`` is z, ``write`` is 1 − z and ``gap`` is h′ − n, both without cancellation; ``dr``, ``dz``, ``dn`` are
    slopes.
    """

    r: Array
    keep: Array
    write: Array
    dr: Array
    dz: Array
    dn: Array
    q: Array
    gap: Array

    @property
    def dh_dz(self) -> Array:
        """∂h_t with respect to the pre-activation of z."""
        return flush_subnormal(self.gap * self.dz)

    @property
    def dh_dn(self) -> Array:
        """∂h_t with respect to the pre-activation of n."""
        return flush_subnormal(self.write * self.dn)

    @property
    def drq_dr(self) -> Array:
        """∂(r ⊙ q) with respect to the pre-activation of r."""
        return flush_subnormal(self.q * self.dr)

    @property
    def too_small(self) -> int:
        """How many of these are taken for zero though neither h′ − n, nor what r multiplies, is."""
        return count_zeros(
            (self.keep, 1.0), (self.r, 1.0), (self.dh_dz, self.gap), (self.dh_dn, 1.0), (self.drq_dr, self.q)
        )
