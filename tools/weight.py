"""Print how much each way of installing brings: clearprop, with extras, and scikit-learn alone.

The packages are those of the environment that runs this, which has all extras; nothing is
downloaded. What is counted is what pip wrote for each.
"""

from collections.abc import Iterable
from importlib.metadata import distribution

from packaging.requirements import Requirement

WAYS = (
    "scikit-learn",
    "clearprop",
    "clearprop[cli]",
    "clearprop[tables]",
    "clearprop[plots]",
    "clearprop[cli,tables,plots]",
    "clearprop[all]",
)


def brought(wanted: Iterable[str], known: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return `known` and every distribution and extra that the requirements bring."""
    for text in wanted:
        requirement = Requirement(text)
        for extra in {"", *requirement.extras}:
            key = (requirement.name.lower().replace("_", "-"), extra)
            if key in known:
                continue
            known.add(key)
            needed = map(Requirement, distribution(requirement.name).requires or ())
            brought(
                [
                    str(each).split(";")[0]
                    for each in needed
                    if each.marker is None or each.marker.evaluate({"extra": extra})
                ],
                known,
            )
    return known


def size(name: str) -> int:
    """Return the bytes of the files that pip wrote for a distribution."""
    files = distribution(name).files or ()
    return sum(path.stat().st_size for path in (file.locate() for file in files) if path.exists())


def main() -> None:
    """Print a line for each way."""
    for way in WAYS:
        names = {name for name, _ in brought([way], set())}
        print(f"{way:28}  {len(names):3} packages  {sum(map(size, names)) / 1e6:5.0f} MB")


if __name__ == "__main__":
    main()
