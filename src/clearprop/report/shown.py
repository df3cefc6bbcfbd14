"""Numbers as a reader wants them: four digits, no exponent where none is needed."""

import math

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float | None, digits: int = 4) -> str:
    """Return a number with `digits` significant digits, a whole one without decimals.

    None and NaN are –.

    Examples
    --------
    >>> number(0.012345), number(123456.0), number(-2.5), number(6.02e23), number(None)
    ('0.01235', '123,456', '−2.500', '6.02×10²³', '–')
    """
    if value is None or math.isnan(value):
        return "–"
    if value == 0 or math.isinf(value):
        return "0" if value == 0 else "∞" if value > 0 else "−∞"
    power = math.floor(math.log10(abs(value)))
    if not -4 <= power < 9:
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
        return f"{mantissa}×10{str(int(exponent)).translate(_RAISED)}".replace("-", "−")
    decimals = 0 if value == round(value) else max(0, digits - 1 - power)
    return f"{value:,.{decimals}f}".replace("-", "−")


def fixed(value: float | None, decimals: int = 3) -> str:
    """Return a number with so many decimals, a large one as `number` does; – for None and NaN.

    Examples
    --------
    >>> fixed(1.0), fixed(-0.25)
    ('1.000', '−0.250')
    """
    if value is None or math.isnan(value):
        return "–"
    if abs(value) >= 1000:
        return number(value)
    return f"{value:.{decimals}f}".replace("-", "−")


def percent(part: float | None) -> str:
    """Return a part of the whole in percent; – for None and NaN.

    Examples
    --------
    >>> percent(0.7014)
    '70.1 %'
    """
    return "–" if part is None or math.isnan(part) else f"{100 * part:.1f} %"
