"""Operations on matrices that expressions are written with, one a file.

`OPERATIONS` holds them by the name or the sign under which an expression calls them.
"""

from clearprop._registry import Registry
from clearprop.derivation.operations.operation import Elementwise, Operation

OPERATIONS: Registry[Operation] = Registry(
    "clearprop.derivation.operations",
    Operation,  # type: ignore[type-abstract]
    "operation",
)

__all__ = ["OPERATIONS", "Elementwise", "Operation"]
