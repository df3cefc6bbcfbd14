"""Tables: CSV and Parquet files, and how their columns become the numbers of a network."""

from clearprop.data.columns import CategoricalColumn as CategoricalColumn
from clearprop.data.columns import Column as Column
from clearprop.data.columns import DateColumn as DateColumn
from clearprop.data.columns import NumericColumn as NumericColumn
from clearprop.data.encoding import Encoding as Encoding
from clearprop.data.reading import read_table as read_table
from clearprop.data.table import Table as Table
from clearprop.data.table import as_table as as_table
from clearprop.data.targets import ClassificationTarget as ClassificationTarget
from clearprop.data.targets import MultilabelTarget as MultilabelTarget
from clearprop.data.targets import RegressionTarget as RegressionTarget
from clearprop.data.targets import Target as Target
from clearprop.data.targets import infer_task as infer_task
from clearprop.data.targets import learn_target as learn_target
from clearprop.data.task import Classification as Classification
from clearprop.data.task import Regression as Regression
from clearprop.data.task import Task as Task
from clearprop.data.task import TaskName as TaskName

__all__ = [
    "CategoricalColumn",
    "Classification",
    "ClassificationTarget",
    "Column",
    "DateColumn",
    "Encoding",
    "MultilabelTarget",
    "NumericColumn",
    "Regression",
    "RegressionTarget",
    "Table",
    "Target",
    "Task",
    "TaskName",
    "as_table",
    "infer_task",
    "learn_target",
    "read_table",
]
