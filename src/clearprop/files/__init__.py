"""Files that clearprop writes and reads: whole or not at all, and never executed."""

from clearprop.files.access import STANDARD as STANDARD
from clearprop.files.access import check_readable as check_readable
from clearprop.files.access import check_writable as check_writable
from clearprop.files.access import local_path as local_path
from clearprop.files.atomic import whole_file as whole_file
from clearprop.files.atomic import write_whole as write_whole
from clearprop.files.container import Container as Container
from clearprop.files.container import describe_container as describe_container
from clearprop.files.container import read_container as read_container
from clearprop.files.container import write_container as write_container
from clearprop.files.outputs import check_output as check_output
from clearprop.files.spreadsheets import safe_cell as safe_cell

__all__ = [
    "STANDARD",
    "Container",
    "check_output",
    "check_readable",
    "check_writable",
    "describe_container",
    "local_path",
    "read_container",
    "safe_cell",
    "whole_file",
    "write_container",
    "write_whole",
]
