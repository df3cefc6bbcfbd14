"""A network that was trained on a table, and its summary in words."""

from dataclasses import dataclass

from clearprop import _html
from clearprop._aligned import grid, pairs
from clearprop._registry import spelled
from clearprop._text import Language, Text
from clearprop.measures import NAMES, Measure
from clearprop.model import Model
from clearprop.training import Equations, TrainingResult

TABLE = Text("table", "表格")
NOTE = Text("note", "说明")
TASK = Text("task", "任务")
NETWORK = Text("network", "网络")
WARNING = Text("warning", "警告")
LOSS = Text("loss", "损失函数")
SOLVER = Text("solver", "求解器")
WHY = Text("why", "依据")
STOPPED = Text("stopped", "停止原因")
TIME = Text("time", "用时")
ROWS = Text("rows", "行数")
PARTS = (Text("train", "训练"), Text("validation", "验证"), Text("test", "测试"))
LEFT_OUT = Text("left out", "留出")
TASKS = {
    "regression": Text("regression", "回归"),
    "classification": Text("classification", "分类"),
}


@dataclass(frozen=True, repr=False)
class TableFit:
    """A model, how it was trained, and how well it does on each part of the table.

    Attributes
    ----------
    model : Model
    result : TrainingResult
    task_reason : Text
        The reason for the task.
    measures : tuple of Measure
    notes : tuple of Text
        The preparation of the table: how it was read, what was left out, gaps filled.
    warnings : tuple of Text
        Reasons to doubt the network, besides those that its errors show.
    """

    model: Model
    result: TrainingResult
    task_reason: Text
    measures: tuple[Measure, ...]
    notes: tuple[Text, ...] = ()
    warnings: tuple[Text, ...] = ()

    @property
    def rows(self) -> dict[str, int]:
        """The number of rows in each part: train, validation and test."""
        return {part: len(rows) for part, rows in vars(self.result.division).items()}

    def summary(self, language: Language = "en") -> str:
        """Return how the table was prepared and the network trained, and the errors, in words."""
        return "\n".join([*pairs(_lines(self, language)), "", *grid(_measures(self, language))])

    def __str__(self) -> str:
        return self.summary()

    def __repr__(self) -> str:
        columns = ", ".join(map(repr, self.model.target.names))
        return f"<TableFit of {columns}: {self.model.network!r}>"

    def _repr_html_(self) -> str:
        made = [
            ("task", f"{self.model.task}: {self.task_reason.en}"),
            ("network", self.model.network),
            ("solver", spelled(self.result.solver)),
            ("why it ended", self.result.stop_reason.sentence.en),
        ]
        parts = ("train", "validation", "test", "left_out")
        held = [part for part in parts if any(vars(one)[part] is not None for one in self.measures)]
        rows = [
            [one.name, one.column, *(_html.shown(vars(one)[part]) for part in held)]
            for one in self.measures
        ]
        tables = _html.table((), made), _html.table(["measure", "column", *held], rows)
        return _html.result("Fit", *tables)


def _lines(fitted: TableFit, lang: Language) -> list[tuple[str, str]]:
    model, result = fitted.model, fitted.result
    rows = sum(fitted.rows.values())
    network, columns, name = model.network, len(model.encoding.columns), model.summary["data"]
    table = Text(
        f"{name}: {rows} rows, {columns} input columns, {network.inputs} features",
        f"{name}：{rows} 行，{columns} 个输入列，{network.inputs} 个特征",
    )
    colon = Text(": ", "：").translate(lang)
    task = f"{TASKS[model.task].translate(lang)}{colon}{fitted.task_reason.translate(lang)}"
    solver = f"{spelled(result.solver, brief=True)}, seed {model.summary['seed']}"
    return [
        (TABLE.translate(lang), table.translate(lang)),
        *((NOTE.translate(lang), note.translate(lang)) for note in fitted.notes),
        (TASK.translate(lang), task),
        (NETWORK.translate(lang), _structure(fitted, lang)),
        *_warnings(fitted, lang),
        (LOSS.translate(lang), spelled(network.loss_rule)),
        (SOLVER.translate(lang), solver),
        *((WHY.translate(lang), reason.translate(lang)) for reason in result.reasons),
        (STOPPED.translate(lang), result.stop_reason.sentence.translate(lang)),
        (TIME.translate(lang), f"{result.seconds:.2f} s"),
    ]


def _measures(fitted: TableFit, lang: Language) -> list[list[str]]:
    left_out = fitted.result.left_out
    lines = [
        ["", *(part.translate(lang) for part in PARTS)],
        [ROWS.translate(lang), *map(str, fitted.rows.values())],
    ]
    several = len(fitted.model.target.names) > 1
    lines += [_errors(measure, lang, named=several) for measure in fitted.measures]
    if left_out is not None:
        lines[0].append(LEFT_OUT.translate(lang))
        lines[1].append(str(len(left_out.Y)))
        for line, measure in zip(lines[2:], fitted.measures, strict=True):
            line.append(_number(measure.name, measure.left_out))
    return lines


def _structure(fitted: TableFit, lang: Language) -> str:
    network, equations = fitted.model.network, Equations.of(fitted.result).count
    layers = (f"{layer.units} {spelled(layer.activation)}" for layer in network.layers)
    count = Text(
        f"{network.parameter_count} parameters, {equations} equations",
        f"{network.parameter_count} 个参数，{equations} 个方程",
    ).translate(lang)
    return f"{' → '.join([str(network.inputs), *layers])} ({count})"


def _warnings(fitted: TableFit, lang: Language) -> list[tuple[str, str]]:
    """Return what makes the fit doubtful."""
    equations = Equations.of(fitted.result)
    found = [(WARNING.translate(lang), each.translate(lang)) for each in fitted.warnings]
    if not equations.are_too_few:
        return found
    both = Text("{} {}", "{}{}").translate(lang)
    warning = equations.warning.translate(lang)
    full_stop = Text(".", "。").translate(lang)
    sentence = both.format(equations.sentence.translate(lang), warning[0].upper() + warning[1:])
    return [(WARNING.translate(lang), sentence + full_stop), *found]


def _errors(measure: Measure, lang: Language, *, named: bool) -> list[str]:
    name = NAMES[measure.name].translate(lang) + (f" {measure.column}" if named else "")
    values = (measure.train, measure.validation, measure.test)
    return [name, *(_number(measure.name, value) for value in values)]


def _number(name: str, value: float | None) -> str:
    if value is None:
        return "–"
    return f"{100 * value:.1f} %" if name == "error_rate" else f"{value:.4g}"
