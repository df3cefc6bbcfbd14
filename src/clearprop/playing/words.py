"""Words of the page: what its labels and its scripts say, with {places} for numbers."""

from clearprop._text import Text

TITLE = Text("clearprop: train, stop, open any number", "clearprop：训练、停下、打开任何数字")

FRAME = {
    "play": Text("play", "试验台"),
    "scene": Text("Data", "数据"),
    "view": Text("View", "视图"),
    "view_derive": Text("Derive", "推导"),
    "view_train": Text("Train", "训练"),
    "same_start": Text("Same start", "同一初值"),
    "other_start": Text("Other start", "换个初值"),
    "look": Text("Language and notation", "语言与记号"),
    "language": Text("Language", "语言"),
    "convention": Text("Convention", "约定"),
    "names": Text("Letters", "字母"),
    "numbered": Text("Weights and units", "权重与单元"),
    "by_layer": Text("by layer and index", "按层与下标"),
    "first": Text("First index", "下标从"),
    "shortcut": Text("δ of the output", "输出层的 δ"),
    "shortcut_taken": Text("a − y outright, where it holds", "成立时直接取 a − y"),
    "shortcut_none": Text("every factor", "写出每个因子"),
    "fold": Text("Matrices whole up to", "完整显示的矩阵不超过"),
    "digits": Text("Digits", "位数"),
    "network": Text("The network", "网络"),
    "lines_show": Text("Lines show", "连线表示"),
    "discs_show": Text("Units show", "单元表示"),
    "weights": Text("weights", "权重"),
    "gradients": Text("gradients", "梯度"),
    "changes": Text("last changes", "最近的变化"),
    "figures": Text("with numbers", "标出数值"),
    "map": Text("own map", "各自的响应图"),
    "legend": Text(
        "Blue is positive, orange negative, thick large. Click a line or a unit.",
        "蓝为正，橙为负，越粗越大。点击连线或单元。",
    ),
    "time_line": Text("Time line", "时间线"),
    "to_start": Text("To the start (Home)", "回到起点（Home）"),
    "epoch_back": Text("An epoch back (Ctrl ←)", "退一轮（Ctrl ←）"),
    "batch_back": Text("A batch back (Shift ←)", "退一批（Shift ←）"),
    "line_back": Text("A line back (←)", "退一行（←）"),
    "line_on": Text("A line on (→)", "进一行（→）"),
    "batch_on": Text("A batch on (Shift →)", "进一批（Shift →）"),
    "epoch_on": Text("An epoch on (Ctrl →)", "进一轮（Ctrl →）"),
    "speed": Text("Speed", "速度"),
    "derivation": Text("Derivation", "推导"),
    "by_hand": Text("by hand", "逐项展开"),
    "every_line": Text("all lines", "全部各行"),
    "background": Text("Tables and background", "表格与背景"),
    "background_old": Text(
        "These hold for the network, the weights and the data with which the page began.",
        "以下内容对应页面打开时的网络、权重与数据。",
    ),
    "pick": Text("Open", "打开"),
    "data": Text("Data", "数据"),
    "sample": Text("Sample", "样本"),
    "own_data": Text("Open a CSV …", "打开 CSV …"),
    "target_column": Text("predict", "预测列"),
    "setup": Text("Network and solver", "网络与求解器"),
    "pictures": Text("Pictures", "图"),
    "loss_picture": Text("Loss by epoch", "各轮的损失"),
    "norm_picture": Text("Gradient norm by layer", "各层的梯度范数"),
    "search_picture": Text("Line search: L(θ − η g)", "线搜索：L(θ − η g)"),
    "land_picture": Text("Landscape of the loss", "损失地形"),
    "modes": Text("Try it yourself", "自己动手"),
    "mode_predict": Text("Predict the next number", "猜下一个数"),
    "mode_plant": Text("Plant a mistake", "种下一个错误"),
    "mode_moved": Text("What moved me", "是什么移动了我"),
    "mode_python": Text("The same in Python", "用 Python 得到同样结果"),
    "keys": Text(
        "Keys: → one line, Shift → one batch, Ctrl → one epoch, ← back, Home to the start, space"
        " trains. Click any weight, unit or number to open it; every number can be changed.",
        "按键：→ 一行，Shift → 一批，Ctrl → 一轮，← 后退，Home 回到起点，空格开始训练。"
        "点击任何权重、单元或数字即可打开；所有数字都可以改。",
    ),
}
TIME = {
    "train": Text("Train", "训练"),
    "pause": Text("Pause", "暂停"),
    "speed_slow": Text("1 line a second", "每秒 1 行"),
    "speed_lines": Text("6 lines a second", "每秒 6 行"),
    "speed_steps": Text("1 batch a frame", "每帧 1 批"),
    "speed_fast": Text("10 batches a frame", "每帧 10 批"),
    "speed_fastest": Text("as fast as it goes", "尽可能快"),
    "where": Text(
        "Run {run} · epoch {epoch} · batch {batch} of {batches} · {line}",
        "第 {run} 次训练 · 第 {epoch} 轮 · 第 {batch}/{batches} 批 · {line}",
    ),
    "where_stuck": Text(
        "Run {run} has diverged at step {step}: the loss is no number any more. A smaller rate"
        " helps, or ← to go back.",
        "第 {run} 次训练在第 {step} 步发散：损失已不是数。减小学习率，或按 ← 退回。",
    ),
    "line_forward": Text("layer {layer} forward", "第 {layer} 层前向"),
    "line_loss": Text("loss", "损失"),
    "line_delta": Text("layer {layer} backward", "第 {layer} 层反向"),
    "line_gradient": Text("gradient of layer {layer}", "第 {layer} 层梯度"),
    "line_update": Text("update", "更新"),
    "epoch": Text("Epoch", "轮"),
    "epochs": Text("epochs", "轮"),
    "steps": Text("steps", "步"),
}
DERIVING = {
    "this_line": Text("This line: {line}", "这一行：{line}"),
    "nothing_picked": Text(
        "Point at a weight or unit in the drawing, or "
        "click any number, to see where it comes from.",
        "把指针移到图中的权重或单元上，或点击任何数字，就能看到它的由来。",
    ),
    "hidden_until": Text("Hidden until you have answered.", "回答之后才显示。"),
    "pointing": Text("Click to keep it open and change it.", "点击即可固定并修改。"),
    "value": Text("value", "值"),
    "new": Text("new", "新"),
    "proof": Text("Why this holds", "为什么成立"),
    "proof_of": Text("Where {rule}′ comes from", "{rule} 的导数怎么来"),
    "forward_title": Text("Weighted sums of layer {layer}", "第 {layer} 层的加权和"),
    "forward_why": Text(
        "every unit adds its inputs, each times its weight, and its bias",
        "每个单元把各输入乘以权重后相加，再加上偏置",
    ),
    "activation_title": Text("Activations of layer {layer}: {rule}", "第 {layer} 层的激活：{rule}"),
    "activation_why": Text("entry by entry", "逐元素计算"),
    "activation_masked": Text(
        "entry by entry, through the dropout mask r of this step: 0 drops a unit, the others count"
        " 1/(1 − p) times",
        "逐元素计算，再经过这一步的 dropout 掩码 r：0 表示丢弃该单元，其余乘以 1/(1 − p)",
    ),
    "activation_of_unit": Text("Its activation: {rule}", "它的激活：{rule}"),
    "sum_of_unit": Text(
        "Weighted sum of unit {unit} of layer {layer}", "第 {layer} 层单元 {unit} 的加权和"
    ),
    "loss_title": Text("Loss of this sample: {rule}", "这个样本的损失：{rule}"),
    "loss_why": Text("how far the outputs are from the targets", "输出与目标相差多远"),
    "batch_loss_title": Text("Loss of the batch", "这一批的损失"),
    "batch_loss_mean": Text("the mean over its {m} samples", "{m} 个样本的平均"),
    "batch_loss_weighted": Text(
        "each of its {m} samples with its own weight c", "{m} 个样本，各乘以自己的权重 c"
    ),
    "batch_loss_sum": Text("the sum over its {m} samples", "{m} 个样本之和"),
    "delta_title": Text("Error term δ of layer {layer}", "第 {layer} 层的误差项 δ"),
    "delta_of_unit": Text(
        "Error term δ of unit {unit} of layer {layer}", "第 {layer} 层单元 {unit} 的误差项 δ"
    ),
    "delta_canonical": Text(
        "{loss} and {rule} belong together: the derivative of one cancels against the other, and"
        " a − y is left",
        "{loss} 与 {rule} 相配：两者的导数相消，只剩 a − y",
    ),
    "delta_output": Text("chain rule: z reaches the loss through a", "链式法则：z 通过 a 影响损失"),
    "delta_jacobian": Text(
        "every output depends on every z: the whole Jacobian takes part",
        "每个输出都依赖每个 z：整个雅可比矩阵都参与",
    ),
    "delta_hidden": Text(
        "chain rule: layer {layer} reaches the loss through every unit of layer {above}, each with"
        " its weight; the ways add up",
        "链式法则：第 {layer} 层经第 {above} 层的每个单元（各乘以权重）影响损失；各路相加",
    ),
    "delta_hidden_unit": Text(
        "it reaches the loss through every unit of layer {above}; the ways add up, times f′",
        "它经第 {above} 层的每个单元影响损失；各路相加，再乘 f′",
    ),
    "gradient_title": Text("Gradient of the weights of layer {layer}", "第 {layer} 层权重的梯度"),
    "gradient_why": Text(
        "a weight multiplies its input, so its gradient is input times error term",
        "权重乘的是它的输入，所以梯度 = 输入 × 误差项",
    ),
    "gradient_batch": Text(
        "input times error term, over all {m} samples of the batch",
        "输入 × 误差项，对这一批的 {m} 个样本求和",
    ),
    "bias_title": Text("Gradient of the biases of layer {layer}", "第 {layer} 层偏置的梯度"),
    "bias_why": Text(
        "a bias is added, so its local derivative is 1", "偏置是加上去的，局部导数为 1"
    ),
    "chain_title": Text("Gradient of {name} for this sample", "{name} 对这个样本的梯度"),
    "chain_weight": Text(
        "the weight reaches the loss only through z of its unit in layer {layer}",
        "权重只通过第 {layer} 层中它那个单元的 z 影响损失",
    ),
    "chain_bias": Text("a bias is a weight whose input is 1", "偏置是输入恒为 1 的权重"),
    "batch_title": Text("Over the batch", "对整批"),
    "batch_why": Text(
        "every one of the {m} samples pulls; the pulls add up", "{m} 个样本各拉一把，合力如下"
    ),
    "batch_penalty": Text(
        "the pulls of {m} samples, and the penalty's λ W", "{m} 个样本的拉力，再加惩罚项 λ W"
    ),
    "paths_title": Text("Its paths to the loss: {count}", "它到损失的路径：{count} 条"),
    "paths_why": Text(
        "along each the local derivatives multiply; the paths add up to the gradient",
        "同一路径上的局部导数相乘，所有路径相加即梯度",
    ),
    "paths_listed": Text(
        "The strongest {listed} add up to {sum}; all of them to {total}.",
        "最强的 {listed} 条合计 {sum}；全部合计 {total}。",
    ),
    "paths_total": Text(
        "All paths add up to {sum}; the backward pass gives {total}.",
        "所有路径合计 {sum}；反向传播给出 {total}。",
    ),
    "path_share": Text("{share} of all |contributions|", "占全部贡献绝对值之和的 {share}"),
    "entries_title": Text("Worked out by hand", "逐项展开"),
    "entries_cut": Text(
        "{shown} of {all} entries; click any number for its own derivation.",
        "共 {all} 个元素，此处展开 {shown} 个；点击任何数字可看它自己的推导。",
    ),
    "layer_update_title": Text("New {name}", "新的 {name}"),
    "layer_update_why": Text(
        "the step of the update rule, for every entry", "更新规则的这一步，对每个元素"
    ),
    "loss_after_title": Text("Loss of the batch after the update", "更新后这一批的损失"),
    "loss_fell": Text(
        "the forward pass with the new parameters: the loss fell",
        "用新参数再做一次前向传播：损失下降了",
    ),
    "loss_rose": Text(
        "the forward pass with the new parameters: the loss did not fall, so the learning rate is"
        " too large for this step",
        "用新参数再做一次前向传播：损失没有下降，说明学习率对这一步过大",
    ),
    "update_title": Text("Step {t} of {name} by {rule}", "{name} 的第 {t} 步（{rule}）"),
    "update_why": Text("line by line, as the rule computes it", "按规则逐行计算"),
    "sensitivity_title": Text("How the loss changes with it", "损失随它怎样变"),
    "sensitivity_why": Text("through every unit of layer 1", "经第 1 层的每个单元"),
    "sparks_hint": Text(
        "Over the {steps} steps so far; a click goes back there.",
        "至今 {steps} 步的变化；点击可回到那一步。",
    ),
    "weight": Text("Weight {name}", "权重 {name}"),
    "bias": Text("Bias {name}", "偏置 {name}"),
    "unit": Text("Unit {unit} of layer {layer}", "第 {layer} 层单元 {unit}"),
    "input": Text("Input {name}", "输入 {name}"),
    "inputs": Text("inputs", "输入"),
    "target": Text("Target {name}", "目标 {name}"),
    "loss": Text("Loss", "损失"),
    "dead_here": Text(
        "f′ is 0 here: unit {unit} of layer {layer} is "
        "switched off for this sample ({rule}, z ≤ 0),"
        " so its δ is 0 and none of its weights learns from it.",
        "此处 f′ = 0：第 {layer} 层单元 {unit} 对这个样本关闭（{rule}，z ≤ 0），所以 δ = 0，"
        "它的权重从这个样本学不到任何东西。",
    ),
    "dead_batch": Text(
        "f′ is 0 for every sample of the batch: unit {unit} of layer {layer} is dead here. Its"
        " gradient is 0, so this step cannot wake it.",
        "对这一批的每个样本 f′ 都是 0：第 {layer} 层单元 {unit} 在此已死。"
        "梯度为 0，这一步唤不醒它。",
    ),
    "saturated_here": Text(
        "f′ is almost 0: unit {unit} of layer {layer} is saturated for this sample ({rule}).",
        "f′ 几乎为 0：第 {layer} 层单元 {unit} 对这个样本已饱和（{rule}）。",
    ),
    "saturated_batch": Text(
        "f′ is almost 0 for the whole batch: unit {unit} of layer {layer} is saturated ({rule}) and"
        " hardly learns.",
        "对整批 f′ 都几乎为 0：第 {layer} 层单元 {unit} 已饱和（{rule}），几乎学不动。",
    ),
}
SETTING_UP = {
    "layer": Text("layer {layer}", "第 {layer} 层"),
    "output_layer": Text("output", "输出层"),
    "units_of": Text("Units of layer {layer}", "第 {layer} 层单元数"),
    "activation_of": Text("Activation of layer {layer}", "第 {layer} 层激活函数"),
    "remove_layer": Text("Remove layer {layer}", "删除第 {layer} 层"),
    "add_layer": Text("layer", "加一层"),
    "too_large": Text(
        "The page shows at most {layers} layers, and {count} weights and biases in all.",
        "页面最多显示 {layers} 层，权重与偏置总数不超过 {count}。",
    ),
    "target_unfit": Text(
        "This loss takes no target of {value}: probabilities and classes lie from 0 to 1, counts"
        " are at least 0. Another loss may take it.",
        "这个损失函数不接受目标 {value}：概率与类别须在 0 到 1 之间，计数不小于 0。"
        "可换一个损失函数。",
    ),
    "loss_choice": Text("Loss", "损失函数"),
    "reduction": Text("over samples", "对样本"),
    "mean": Text("mean", "平均"),
    "sum": Text("sum", "求和"),
    "solver": Text("Solver", "求解器"),
    "setting_learning_rate": Text("learning rate η", "学习率 η"),
    "setting_momentum": Text("momentum μ", "动量 μ"),
    "setting_nesterov": Text("Nesterov's look-ahead", "Nesterov 前瞻"),
    "setting_decay": Text("decay ρ", "衰减 ρ"),
    "setting_epsilon": Text("ε", "ε"),
    "setting_beta_1": Text("β₁", "β₁"),
    "setting_beta_2": Text("β₂", "β₂"),
    "setting_weight_decay": Text("decoupled decay λ", "解耦衰减 λ"),
    "schedule": Text("the rate", "学习率变化"),
    "rate_constant": Text("stays", "不变"),
    "rate_step": Text("falls in steps", "逐级下降"),
    "rate_exponential": Text("falls by a ratio an epoch", "每轮按比例下降"),
    "rate_invscaling": Text("falls with 1 / samples", "随样本数反比下降"),
    "rate_cosine": Text("falls along a cosine", "沿余弦下降"),
    "rate_setting_every": Text("every … epochs", "每隔几轮"),
    "rate_setting_ratio": Text("ratio", "比例"),
    "rate_setting_power": Text("power", "幂"),
    "rate_setting_least": Text("least part of η", "η 的最小比例"),
    "rate_setting_warmup": Text("epochs of rise", "升温轮数"),
    "horizon": Text("epochs planned", "计划轮数"),
    "batch_size": Text("batch, of {rows} rows", "批大小（共 {rows} 行）"),
    "weight_decay": Text("L2 penalty λ", "L2 惩罚 λ"),
    "dropout": Text("dropout p of hidden layers", "隐藏层 dropout 概率 p"),
    "shuffle": Text("new order every epoch", "每轮重新打乱"),
    "start": Text("Start", "初值"),
    "given_start": Text("as given", "给定"),
    "seed": Text("seed", "随机种子"),
    "first_of_batch": Text("first of the batch", "这一批的第一个"),
    "held_sample": Text("{sample} (validation)", "{sample}（验证）"),
    "sample_in_batch": Text("Sample {sample}, in this batch", "样本 {sample}，在这一批中"),
    "sample_elsewhere": Text("Sample {sample}, not in this batch", "样本 {sample}，不在这一批中"),
    "more_inputs": Text("and {count} more", "另有 {count} 个"),
    "plane_hint": Text(
        "Right {x}, up {y}. Hollow points validate; black ring: the sample looked at; red ring: the"
        " largest gradient of the batch. Click a point to look at it, click elsewhere to add one"
        " (Shift for class 0).",
        "横轴 {x}，纵轴 {y}。空心点用于验证；黑圈是正在查看的样本，红圈是这一批中梯度最大的样本。"
        "点击数据点查看它，点击别处添加一个（按 Shift 为类别 0）。",
    ),
    "line_hint": Text(
        "Right {x}, up {y}. Black ring: the sample looked at; red ring: the largest gradient of the"
        " batch. Click a point to look at it, click elsewhere to add one.",
        "横轴 {x}，纵轴 {y}。黑圈是正在查看的样本，红圈是这一批中梯度最大的样本。"
        "点击数据点查看它，点击别处添加一个。",
    ),
    "no_plane": Text(
        "More than two inputs: there is no plane to draw. Drop a CSV anywhere to use it.",
        "输入多于两个，无法画成平面。把 CSV 拖进页面即可使用。",
    ),
    "no_table": Text(
        "That is no table: rows of at least two columns, separated by commas, semicolons or tabs.",
        "这不是表格：每行至少两列，用逗号、分号或制表符分隔。",
    ),
    "own_about": Text(
        "{m} rows, {n} inputs, columns standardised, a fifth validates; {dropped} rows left out.",
        "{m} 行，{n} 个输入，各列已标准化，五分之一用于验证；略去 {dropped} 行。",
    ),
    "own_function": Text("Own function", "自己的函数"),
    "formula_unread": Text(
        "“{part}” was not understood. Try sin(3x) + 0.3x, or x² + y² > 1.",
        "看不懂“{part}”。例如 sin(3x) + 0.3x，或 x² + y² > 1。",
    ),
    "formula_constant": Text(
        "{part} has one value only, or hardly any, for x and y from −2 to 2.",
        "在 x、y 从 −2 到 2 的范围内，{part} 只有一个值或几乎没有值。",
    ),
    "formula_curve": Text(
        "Your function {formula} at 200 points from −2 to 2; a fifth of them validates.",
        "你的函数 {formula}：−2 到 2 之间 200 个点，五分之一用于验证。",
    ),
    "formula_classes": Text(
        "Your question {formula} at 200 points from −2 to 2: 1 where it holds; a fifth validates.",
        "你的条件 {formula}：−2 到 2 之间 200 个点，成立为 1；五分之一用于验证。",
    ),
    "no_goal": Text(
        "That column has one value only, or more than twenty texts: choose another to predict.",
        "该列只有一个值，或多于二十种文本：请选另一列来预测。",
    ),
    "no_inputs": Text("No column is left to predict from.", "没有可用来预测的列。"),
}
PICTURES = {
    "loss_reading": Text("epoch {epoch}: training {train}", "第 {epoch} 轮：训练 {train}"),
    "loss_reading_both": Text(
        "epoch {epoch}: training {train} (solid), validation {validation} (dashed)",
        "第 {epoch} 轮：训练 {train}（实线），验证 {validation}（虚线）",
    ),
    "rival_reading": Text("Orange: with the mistake.", "橙色：带错误。"),
    "norm_empty": Text("after the first epoch", "第一轮之后显示"),
    "search_reading": Text(
        "η = {eta} gives {loss}; L is least at η ≈ {best}. Dotted: the tangent. A click sets η.",
        "η = {eta} 时为 {loss}；L 在 η ≈ {best} 处最小。点线：切线。点击即设定 η。",
    ),
    "land_reading": Text(
        "Blue is low, orange high; the disc is here. Right: {x}; up: {y}. A click near the way"
        " goes back to that step.",
        "蓝低橙高；圆点是当前位置。横轴 {x}，纵轴 {y}。点击来路可回到那一步。",
    ),
    "axes_step": Text("−g, and the way here", "梯度与来路"),
    "axes_weights": Text("two weights", "两个权重"),
    "way_here": Text("the way here", "来路"),
    "least": Text("least", "最小"),
    "here": Text("here", "此处"),
}
MODES = {
    "mode_hint": Text("Choose one of the four above.", "从上面四项中选一项。"),
    "predict_ask": Text("{where}, sample {sample}: what is", "{where}，样本 {sample}："),
    "answer": Text("Your number", "你的答案"),
    "judge": Text("Check", "检查"),
    "reveal": Text("Show it", "显示答案"),
    "next_number": Text("Next number", "下一个数"),
    "is_right": Text(
        "Right: {value}, to the digits you gave.", "正确：{value}（按你给出的位数）。"
    ),
    "is_unread": Text("That is no number.", "这不是一个数。"),
    "is_mistake": Text("That is what one gets so: {mistake}.", "这样才会得到这个数：{mistake}。"),
    "is_wrong": Text(
        "Not yet, and it is none of the common mistakes either.", "还不对，也不是常见错误的结果。"
    ),
    "slip_no_activation": Text("that is z: the activation is missing", "这是 z：漏了激活函数"),
    "slip_no_bias": Text("the bias is missing", "漏了偏置"),
    "slip_slope": Text("that is f′(z), not f(z)", "这是 f′(z)，不是 f(z)"),
    "slip_uphill": Text("the step goes uphill: plus for minus", "方向反了：减号写成了加号"),
    "slip_no_rate": Text("the learning rate is missing", "漏了学习率"),
    "slip_change": Text("that is the change, not the new value", "这是变化量，不是新值"),
    "slip_no_penalty": Text("the penalty is left out", "漏了惩罚项"),
    "mistake": Text("Mistake", "错误"),
    "none": Text("none", "无"),
    "plant_hint": Text(
        "Choose a mistake: it descends from the same "
        "start, orange in the loss curve, while the right"
        " run stays blue.",
        "选一个错误：它从同一初值下降，在损失曲线中为橙色；正确的训练仍为蓝色。",
    ),
    "right_line": Text("Right:", "正确："),
    "wrong_line": Text("Wrong:", "错误："),
    "losses_beside": Text(
        "Loss: {right} right, {wrong} with the mistake.", "损失：正确 {right}，带错误 {wrong}。"
    ),
    "gradient_check": Text("gradient check", "梯度检验"),
    "right_run": Text("right", "正确"),
    "with_mistake": Text("with the mistake", "带错误"),
    "check_hint": Text(
        "The largest relative difference from central "
        "differences, at the parameters of this moment,"
        " from the output down: the first ✗ is where the mistake enters.",
        "与中心差分的最大相对差，取此刻的参数，从输出层往下：第一个 ✗ 就是错误进入的地方。",
    ),
    "moved_pick": Text(
        "Pick a weight: click its line in the drawing.", "选一个权重：点击图中它的连线。"
    ),
    "moved_train": Text("Train first, then look back.", "先训练，再回头看。"),
    "moved_stop": Text("Pause to see it.", "暂停后显示。"),
    "moved_sum": Text(
        "It moved by {moved}; what its sources moved it adds up to {pulls}.",
        "它移动了 {moved}；各来源的贡献合计 {pulls}。",
    ),
    "source_penalty": Text("the L2 penalty", "L2 惩罚"),
    "source_decay": Text("decoupled decay", "解耦衰减"),
    "moved_hint": Text(
        "Click the curve to go to a step. The table has the sources that moved it most. A sample's"
        " part is what the rule makes of its gradient, in its own step and, through momentum, in"
        " later ones; the denominators of Adam and RMSprop are taken as they were.",
        "点击曲线可跳到那一步。表中是贡献最大的来源。样本的贡献，是更新规则由它的梯度得出的移动："
        "当步的，以及经动量延续到以后各步的；Adam 与 RMSprop 的分母取当时的值。",
    ),
    "python_code": Text("Code that gives these parameters:", "给出这些参数的代码："),
    "python_command": Text(
        "Command that derives this sample, from the weights of this moment:",
        "用此刻的权重推导这个样本的命令：",
    ),
    "copy": Text("Copy", "复制"),
    "copied": Text("Copied", "已复制"),
    "not_copied": Text("Select and copy by hand", "请手动选取复制"),
}
SAID: dict[str, Text] = {**FRAME, **TIME, **DERIVING, **SETTING_UP, **PICTURES, **MODES}
