"""HDF5 files, as far as networks are kept in them: groups, and arrays of numbers.

Source: The HDF Group, "HDF5 File Format Specification", version 3.0. Nothing is executed, no link
leads out of the file, and every size is checked before anything is read.
"""

from clearprop.imports.hdf5.file import Hdf5Error as Hdf5Error
from clearprop.imports.hdf5.file import Node as Node
from clearprop.imports.hdf5.file import open_bytes as open_bytes

__all__ = ["Hdf5Error", "Node", "open_bytes"]
