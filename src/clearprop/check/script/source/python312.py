"""Read what Python 3.12 added to the grammar as older versions have it."""

import re

PARAMETERS = re.compile(
    r"(?m)^([ \t]*(?:async\s+)?(?:def|class)\s+\w+)\[(?:[^\[\]\n]|\[[^\[\]\n]*\])*\]"
)
"""Names with types of their own: ``def first[T](given: list[T])``."""
ALIAS = re.compile(r"(?m)^([ \t]*)type\s+(\w+)(\[[^\]\n]*\])?\s*=")
"""``type Pairs = list[tuple[int, int]]``."""
IMPORT = re.compile(r"(?m)^(?:import|from)(?! __future__)\b[^\n;#(\\]*[\w*]$")
"""A line that imports something: where the names of types are made."""
STRING = re.compile(r"([rbuRBU]*[fF][rR]*)?(\"\"\"|'''|\"|')|#[^\n]*")
OTHER = {'"': "'", "'": '"'}


def as_python311(text: str) -> str:
    r"""Return a program with what is new in its grammar rewritten; lines stay where they are.

    Examples
    --------
    >>> as_python311("type Row = list[float]")
    'Row = list[float]'
    >>> print(as_python311('f"{d["loss"]:.3f}" + "{d}"'))
    f"{d['loss']:.3f}" + "{d}"
    """
    plain = ALIAS.sub(r"\1\2 =", PARAMETERS.sub(r"\1", text))
    heads = [found[0] for found in PARAMETERS.finditer(text)]
    heads += [found[3] for found in ALIAS.finditer(text) if found[3]]
    types = {name for head in heads for name in names_of(head)}
    made = "".join(f"; {name} = __import__('typing').TypeVar('{name}')" for name in sorted(types))
    return with_other_quotes(IMPORT.sub(lambda found: found[0] + made, plain, count=1))


def names_of(head: str) -> list[str]:
    """Return the names of types between brackets.

    Examples
    --------
    >>> names_of("def first[T: tuple[int, ...], *Ts]")
    ['T', 'Ts']
    """
    listed = re.sub(r"\[[^\[\]]*\]", "", head.partition("[")[2][:-1]).split(",")
    return [part.partition(":")[0].strip(" *") for part in listed if part.strip()]


def with_other_quotes(text: str) -> str:
    """Return a text whose formatted strings hold no quotes of their own kind."""
    done, place = [], 0
    while (found := STRING.search(text, place)) is not None:
        done.append(text[place : found.start()])
        prefix, quote = found[1], found[2]
        if quote is None:
            end, inner = found.end(), found[0]
        elif prefix is None or len(quote) == 3:
            end = end_of_string(text, found.end(), quote)
            inner = text[found.start() : end]
        else:
            end, inner = formatted(text, found.end(), quote)
            inner = f"{prefix}{quote}{inner}"
        done.append(inner)
        place = end
    return "".join(done) + text[place:]


def end_of_string(text: str, start: int, quote: str) -> int:
    """Return where a string ends that begins before a place; the end of the text, if nowhere."""
    found = re.compile(rf"(?s)(?:\\.|(?!{quote}).)*{quote}").match(text, start)
    return found.end() if found is not None else len(text)


def formatted(text: str, start: int, quote: str) -> tuple[int, str]:
    """Return where a formatted string ends, and what it says with other quotes between braces."""
    said, depth, place = [], 0, start
    while place < len(text) and text[place] != "\n":
        letter = text[place]
        if depth == 0 and text[place : place + 2] in ("{{", "}}", f"\\{quote}", "\\\\"):
            said.append(text[place : place + 2])
            place += 2
            continue
        depth += (letter == "{") - (letter == "}")
        said.append(OTHER[quote] if letter == quote and depth > 0 else letter)
        place += 1
        if letter == quote and depth == 0:
            break
    return place, "".join(said)
