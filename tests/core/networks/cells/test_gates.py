"""Products of gates and slopes, and what is below the range of float64 in them."""

from dataclasses import fields

import numpy as np

from unrolled.core.networks.cells.gates import GRUGates, LSTMGates

RNG = np.random.default_rng(5)


def of(kind, **given):
    """Fill a table of gates with random numbers (1, 3), but for those that are given."""
    drawn = {field.name: RNG.standard_normal((1, 3)) for field in fields(kind)}
    return kind(**drawn | {name: np.full((1, 3), value) for name, value in given.items()})


def test_products_of_an_lstm():
    gates = of(LSTMGates)
    for found, expected in zip(
        (*gates.dc_dgates, gates.dh_do, gates.dh_dc, gates.keep),
        (
            gates.g * gates.di,
            gates.c_before * gates.df,
            gates.i * gates.dg,
            gates.tanh_c * gates.do,
            gates.o * gates.d_tanh_c,
            gates.f,
        ),
        strict=True,
    ):
        np.testing.assert_array_equal(found, expected)


def test_products_of_a_gru():
    gates = of(GRUGates)
    np.testing.assert_array_equal(gates.dh_dz, gates.gap * gates.dz)
    np.testing.assert_array_equal(gates.dh_dn, gates.write * gates.dn)
    np.testing.assert_array_equal(gates.drq_dr, gates.q * gates.dr)


def test_a_product_below_the_normal_range_is_zero():
    assert not of(LSTMGates, f=1e-310).keep.any()
    assert not of(LSTMGates, o=1e-200, d_tanh_c=1e-120).dh_dc.any()
    assert not of(GRUGates, write=1e-200, dn=1e-120).dh_dn.any()
