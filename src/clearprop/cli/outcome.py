"""Print how a training went."""

from clearprop._registry import spelled
from clearprop._text import Language, Text
from clearprop.cli.console import say, say_grid, say_pairs
from clearprop.fitting import TableFit
from clearprop.measures import NAMES, Measure
from clearprop.training import Equations

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
WROTE = Text("wrote", "已写入")
PARTS = (Text("train", "训练"), Text("validation", "验证"), Text("test", "测试"))
LEFT_OUT = Text("left out", "留出")
NOTHING_HELD_BACK = Text(
    "These are errors of rows that the network was trained on; --test 0.15 holds some back.",
    "以上是训练数据上的误差；--test 0.15 可留出一部分数据。",
)
TASKS = {
    "regression": Text("regression", "回归"),
    "classification": Text("classification", "分类"),
}


def say_outcome(fitted: TableFit, lang: Language) -> None:
    """Print how a table was prepared and a network trained, and the errors of each part."""
    model, result = fitted.model, fitted.result
    rows = [len(part) for part in (result.division.train, result.division.validation,
                                   result.division.test)]  # fmt: skip
    network, columns, name = model.network, len(model.encoding.columns), model.summary["data"]
    table = Text(
        f"{name}: {sum(rows)} rows, {columns} input columns, {network.inputs} features",
        f"{name}：{sum(rows)} 行，{columns} 个输入列，{network.inputs} 个特征",
    )
    colon = Text(": ", "：").translate(lang)
    task = f"{TASKS[model.task].translate(lang)}{colon}{fitted.task_reason.translate(lang)}"
    say_pairs(
        [
            (TABLE.translate(lang), table.translate(lang)),
            *((NOTE.translate(lang), note.translate(lang)) for note in fitted.notes),
            (TASK.translate(lang), task),
            (NETWORK.translate(lang), _structure(fitted, lang)),
            *_warnings(fitted, lang),
            (LOSS.translate(lang), spelled(network.loss_rule)),
            (
                SOLVER.translate(lang),
                f"{spelled(result.solver, brief=True)}, seed {model.summary['seed']}",
            ),
            *((WHY.translate(lang), reason.translate(lang)) for reason in result.reasons),
            (STOPPED.translate(lang), result.stop_reason.sentence.translate(lang)),
            (TIME.translate(lang), f"{result.seconds:.2f} s"),
        ]
    )
    say()
    grid = [["", *(part.translate(lang) for part in PARTS)]]
    grid.append([ROWS.translate(lang), *map(str, rows)])
    several = len(model.target.names) > 1
    grid += [_errors(measure, lang, named=several) for measure in fitted.measures]
    if result.left_out is not None:
        grid[0].append(LEFT_OUT.translate(lang))
        grid[1].append(str(len(result.left_out.Y)))
        for line, measure in zip(grid[2:], fitted.measures, strict=True):
            line.append(_number(measure.name, measure.left_out))
    say_grid(grid)
    if result.left_out is None and not rows[1] + rows[2]:
        say(NOTHING_HELD_BACK.translate(lang))


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
