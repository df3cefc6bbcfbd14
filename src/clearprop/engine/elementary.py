"""Elementary functions that become vector instructions: exp, tanh, log1p of [0, 1].

PyPI's LLVM has no vector mathematics library, so `math.exp` in a loop stays a scalar call of
10-20 ns. These are range reductions and polynomials, with the relative errors stated below
(measured against NumPy's long doubles in the tests).

| function | float64 | float32 |
|---|---|---|
| exp      | 3e-16   | 2e-7    |
| tanh     | 6e-16   | 3e-7    |
| log1p    | 6e-16   | 3e-7    |

The polynomials are those of their degree whose largest relative error over the reduced range is
least (found by Remez's exchange in 60 digits); it is stated beside them.
"""

import math
from typing import Any

from clearprop.engine.compilation import exact
from clearprop.engine.numba_compat import cast, intrinsic, ir, overload, types, unpack_tuple
from clearprop.engine.pointers import like

PRECISE: Any = {"error_model": "numpy", "fastmath": {"contract"}}


@intrinsic
def _polynomial(typing_context, x, coefficients):
    """Return c₀ + c₁ x + c₂ x² + … by Estrin's scheme: neighbours are paired, and pairs of pairs.

    Horner's scheme has as few multiplications, but each of them waits for the one before.
    """

    def generate(context, builder, signature, arguments):
        x, coefficients = arguments
        given = zip(unpack_tuple(builder, coefficients), signature.args[1], strict=True)
        terms = [cast(context, builder, c, type_of_c, signature.args[0]) for c, type_of_c in given]
        while len(terms) > 1:
            alone = terms[len(terms) // 2 * 2 :]
            pairs = zip(terms[::2], terms[1::2], strict=False)
            terms = [builder.fadd(low, builder.fmul(high, x)) for low, high in pairs] + alone
            x = builder.fmul(x, x)
        return terms[0]

    return x(x, coefficients), generate


@intrinsic
def _power_of_two(typing_context, shifted):
    """Return 2ᵏ from `shifted`: a whole number k, to which 1.5 · 2⁵² (2²³ in float32) was added.

    The last bits of such a number are those of k; they are moved to where the exponent stands.
    """
    bits, bias, fraction = (32, 127, 23) if shifted == types.float32 else (64, 1023, 52)

    def generate(context, builder, signature, arguments):
        whole = ir.IntType(bits)
        exponent = builder.bitcast(arguments[0], whole)
        exponent = builder.shl(exponent, ir.Constant(whole, fraction))
        exponent = builder.add(exponent, ir.Constant(whole, bias << fraction))
        return builder.bitcast(exponent, arguments[0].type)

    return shifted(shifted), generate


EXP_64 = (
    0.5000000000000006, 0.16666666666666588, 0.041666666666576466, 0.008333333333389733,
    0.0013888888931666964, 0.0001984126971871149, 2.48015051428866e-05, 2.7557407686823806e-06,
    2.7626092754108596e-07, 2.5053775113749995e-08,
)  # fmt: skip
"""Of (eʳ − 1 − r) / r² for |r| ≤ ½ ln 2: eʳ − 1 comes out within 1.8e-17."""
EXP_32 = (
    0.4999999814963102, 0.16666543424311833, 0.04166720070768248, 0.008366547127687151,
    0.001388251672135325,
)  # fmt: skip
"""The same within 1.3e-8."""
LOG_64 = (
    0.333333333333383, 0.19999999998143222, 0.14285714519366902, 0.1111109685246905,
    0.09091397522343261, 0.07682282622190893, 0.06792030165606562, 0.04956534394221331,
    0.08860104070313536,
)  # fmt: skip
"""Of (artanh(s) / s − 1) / s² in s² ≤ 1/9: the artanh comes out within 5.0e-17."""
LOG_32 = (0.33333208089388683, 0.20010767120383663, 0.1400083925850829, 0.14006332616118844)
"""The same within 4.5e-9."""


@exact
def _reduced_64(x):
    """Return 2ᵏ and eʳ − 1 with x = k ln 2 + r, |r| ≤ ½ ln 2."""
    shifted = x * 1.4426950408889634 + 6755399441055744.0  # so large that it rounds to a whole k
    k = shifted - 6755399441055744.0
    r = x - k * 6.93147180369123816490e-01  # ln 2 in two parts, so that r keeps its digits
    r = r - k * 1.90821492927058770002e-10
    return _power_of_two(shifted), r * r * _polynomial(r, EXP_64) + r


@exact
def _reduced_32(x):
    """Return 2ᵏ and eʳ − 1 as `_reduced_64` does."""
    shifted = x * like(x, 1.4426950408889634) + like(x, 12582912.0)
    k = shifted - like(x, 12582912.0)
    r = x - k * like(x, 0.693359375)
    r = r - k * like(x, -2.12194440e-4)
    return _power_of_two(shifted), r * r * _polynomial(r, EXP_32) + r


def exp(x: float) -> float:
    """Return eˣ; below −708 (−87 in float32) it stays at the value there."""
    return math.exp(x)


def tanh(x: float) -> float:
    """Return tanh x."""
    return math.tanh(x)


def log1p(x: float) -> float:
    """Return ln(1 + x) for x in [0, 1]."""
    return math.log1p(x)


def _in_type(x, for_double, for_single):
    return for_single if x == types.float32 else for_double


@overload(exp, jit_options=PRECISE)
def _exp(x):
    reduced = _in_type(x, _reduced_64, _reduced_32)
    low, high = _in_type(x, (-708.0, 709.0), (-87.0, 88.0))

    def compiled(x):
        x = max(x, like(x, low))
        x = min(x, like(x, high))
        power, excess = reduced(x)
        return power + power * excess

    return compiled


@overload(tanh, jit_options=PRECISE)
def _tanh(x):
    reduced = _in_type(x, _reduced_64, _reduced_32)

    def compiled(x):
        # with e = exp(2x) − 1, found without cancellation, tanh x = e / (2 + e)
        x = max(x, like(x, -20.0))
        x = min(x, like(x, 20.0))
        power, excess = reduced(x + x)
        e = power * excess + (power - like(x, 1.0))
        return e / (like(x, 2.0) + e)

    return compiled


@overload(log1p, jit_options=PRECISE)
def _log1p(x):
    coefficients = _in_type(x, LOG_64, LOG_32)

    def compiled(x):
        s = x / (like(x, 2.0) + x)  # ln(1 + x) = 2 artanh(x / (2 + x)), with s ≤ 1/3
        q = s * s
        twice = s + s
        return twice + twice * q * _polynomial(q, coefficients)

    return compiled
