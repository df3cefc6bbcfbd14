"""Section: layers, loss and weights."""

from clearprop._registry import spelled
from clearprop.plots import plot_activation, plot_network, plot_weights
from clearprop.report.blocks import Block, Grid, Paragraph, Section
from clearprop.report.formatting import number
from clearprop.report.pictures import picture_on_axes
from clearprop.report.subject import Subject


def network_section(subject: Subject) -> Section:
    """Describe the network, and draw it with its weights."""
    say, net = subject.say, subject.model.network
    reduction = {
        "mean": say("averaged over the rows", "对各行取平均"),
        "sum": say("summed over the rows", "对各行求和"),
    }[net.reduction]
    opening = say(
        "Each layer computes z = a W + b from the activations a of the layer before and passes on "
        "f(z). The loss is {loss}, {reduction}.",
        "每一层由前一层的激活值 a 计算 z = a W + b，再输出 f(z)。损失函数为 {loss}，{reduction}。",
        loss=spelled(net.loss_rule),
        reduction=reduction,
    )
    blocks: list[Block] = [Paragraph(opening), _layers(subject), _diagram(subject)]
    hidden = dict.fromkeys(layer.activation for layer in net.layers[:-1])
    blocks += [
        picture_on_axes(
            subject,
            f"activation-{place}",
            3.0,
            say(
                "Activation function {name} and its derivative.",
                "激活函数 {name} 及其导数。",
                name=spelled(rule),
            ),
            lambda ax, rule=rule: plot_activation(rule, ax=ax, language=subject.language),
            narrow=True,
        )
        for place, rule in enumerate(hidden)
    ]
    caption = say(
        "Weights and biases by layer, for columns standardized to mean 0 and standard deviation 1. "
        "A box holds the middle half, whiskers reach from the 5th to the 95th percentile.",
        "各层权重与偏置（各列标准化为均值 0、标准差 1）。"
        "箱体为中间一半，须线为第 5 至第 95 百分位。",
    )
    blocks.append(
        picture_on_axes(
            subject,
            "weights",
            3.0,
            caption,
            lambda ax: plot_weights(subject.standardized, ax=ax, language=subject.language),
            narrow=bool(hidden),
        )
    )
    return Section("network", say("Network", "网络"), blocks)


def _layers(subject: Subject) -> Grid:
    say, net = subject.say, subject.model.network
    rows = [(say("inputs", "输入"), str(net.inputs), "–", "–", "–")]
    for place, layer in enumerate(net.layers):
        n_in = net.sizes[place]
        hidden = place < len(net.layers) - 1
        name = say("layer {n}", "第 {n} 层", n=place + 1)
        role = "" if hidden else say(" (output)", "（输出）")
        rows.append(
            (
                name + role,
                str(layer.units),
                spelled(layer.activation),
                f"{n_in} × {layer.units}",
                number((n_in + 1) * layer.units, 9),
            )
        )
    rows.append((say("total", "合计"), "", "", "", number(net.parameter_count, 9)))
    head = (
        say("layer", "层"),
        say("units", "单元数"),
        say("activation", "激活函数"),
        say("shape of W", "W 的形状"),
        say("parameters", "参数个数"),
    )
    return Grid(say("The layers of the network", "网络各层"), head, rows)


def _diagram(subject: Subject) -> Block:
    say, net = subject.say, subject.model.network
    tallest = min(10, max(net.sizes))
    caption = say(
        "The network. A line is the thicker the larger its weight is among those between the two "
        "layers, solid if it is positive and dashed if negative; weights are for standardized "
        "columns.",
        "网络结构。连线越粗，该权重在两层之间相对越大；实线为正，虚线为负；权重对应标准化后的各列。",
    )
    return picture_on_axes(
        subject,
        "network",
        1.3 + 0.36 * tallest,
        caption,
        lambda ax: plot_network(
            net,
            subject.standardized,
            subject.model.encoding.features,
            subject.output_names,
            ax=ax,
            language=subject.language,
        ),
    )
