"""Tables: CSV and Parquet files, and how their columns become the numbers of a network."""

from clearprop.tables.columns import CategoricalColumn as CategoricalColumn
from clearprop.tables.columns import Column as Column
from clearprop.tables.columns import NumericColumn as NumericColumn
from clearprop.tables.encoding import Encoding as Encoding
from clearprop.tables.reading import read_table as read_table
from clearprop.tables.table import Table as Table
from clearprop.tables.table import as_table as as_table
from clearprop.tables.targets import ClassificationTarget as ClassificationTarget
from clearprop.tables.targets import RegressionTarget as RegressionTarget
from clearprop.tables.targets import Target as Target
from clearprop.tables.targets import Task as Task
from clearprop.tables.targets import infer_task as infer_task
from clearprop.tables.targets import learn_target as learn_target
