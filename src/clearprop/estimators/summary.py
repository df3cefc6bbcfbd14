"""The summary of a fitted estimator, in words."""

from typing import Any

from clearprop._aligned import pairs
from clearprop._registry import spelled
from clearprop._text import Language, Text
from clearprop.training import Equations

NAMES = {
    "network": Text("network", "网络"),
    "loss": Text("loss", "损失函数"),
    "solver": Text("solver", "求解器"),
    "rows": Text("rows", "行数"),
    "epochs": Text("epochs", "周期"),
    "stopped": Text("stopped", "停止原因"),
    "time": Text("time", "用时"),
    "why": Text("why", "依据"),
    "found": Text("found", "发现"),
    "try": Text("try", "建议"),
}
ROWS = Text(
    "{train} train, {validation} validate, {test} test",
    "训练 {train}，验证 {validation}，测试 {test}",
)


def summary_of(estimator: Any, language: Language) -> str:
    """Return one line for each thing that is known of the training."""
    result, network = estimator._result, estimator.network_
    layers = " → ".join(f"{layer.units} {layer.activation.name}" for layer in network.layers)
    parts = {name: len(rows) for name, rows in vars(estimator.division_).items()}
    count, equations = f"{network.parameter_count:,}", f"{Equations.of(result).count:,}"
    parameters = Text(
        f"({count} parameters, {equations} equations)", f"（{count} 个参数，{equations} 个方程）"
    ).translate(language)
    lines = [
        ("network", f"{network.inputs} → {layers} {parameters}"),
        ("loss", f"{spelled(network.loss_rule)} = {estimator.loss_:.6g}"),
        ("solver", spelled(estimator.solver_, brief=True)),
        ("rows", ROWS.translate(language).format(**parts)),
        ("epochs", str(estimator.n_iter_)),
        ("stopped", result.stop_reason.sentence.translate(language)),
        ("time", f"{result.seconds:.2f} s"),
        *(("why", reason.translate(language)) for reason in result.reasons),
    ]
    for finding in estimator.findings_:
        lines += [
            ("found", finding.sentence.translate(language)),
            ("try", finding.advice.translate(language)),
        ]
    return "\n".join(pairs([(NAMES[name].translate(language), text) for name, text in lines]))
