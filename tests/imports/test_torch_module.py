"""Live torch modules: read by their numbers, proved by themselves; run where torch is installed.

torch is not among the project's packages: `pip install torch` makes these tests run.
"""

import numpy as np
import pytest

import clearprop as cp
from refusals import refused

torch = pytest.importorskip("torch")
nn = torch.nn

HIDDEN = [
    nn.ReLU(), nn.Tanh(), nn.Sigmoid(), nn.SiLU(), nn.Softsign(), nn.ELU(), nn.GELU(),
    nn.Softplus(), nn.Hardtanh(), nn.LeakyReLU(0.2),
]  # fmt: skip


def outputs(module, X):
    with torch.no_grad():
        return module.eval()(torch.tensor(X)).numpy()


def rows(module, n=20):
    kind = next(module.parameters()).numpy(force=True).dtype
    return np.random.default_rng(0).normal(size=(n, 4)).astype(kind)


@pytest.mark.parametrize("activation", HIDDEN, ids=lambda each: type(each).__name__)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_sequential_network_gives_what_torch_gives(activation, dtype):
    torch.manual_seed(0)
    layers = [nn.Linear(4, 7), activation, nn.Dropout(0.5), nn.Linear(7, 5), activation]
    module = nn.Sequential(*layers, nn.Linear(5, 2)).to(getattr(torch, dtype))
    model = cp.load(module)
    assert model.network.dtype == dtype
    X, eps = rows(module), np.finfo(dtype).eps
    np.testing.assert_allclose(model.outputs(X), outputs(module, X), rtol=50 * eps, atol=50 * eps)
    record = model.summary["import"]
    assert (record["rows"], record["by"]) == (100, "torch")
    assert record["difference"] < 1e-5


def test_batch_norm_and_layers_in_a_row_are_folded():
    torch.manual_seed(0)
    inner = nn.Sequential(nn.Linear(6, 5, bias=False), nn.BatchNorm1d(5), nn.Tanh())
    module = nn.Sequential(nn.BatchNorm1d(4), nn.Linear(4, 6), inner, nn.Linear(5, 1)).double()
    module(torch.randn(50, 4).double() * 3 + 1)  # fills the running statistics
    model = cp.load(module)
    assert [layer.units for layer in model.network.layers] == [5, 1]
    assert module.training  # as it was
    X = rows(module)
    np.testing.assert_allclose(model.outputs(X), outputs(module, X), rtol=1e-12, atol=1e-12)


def test_logits_become_probabilities_where_classes_are_named():
    torch.manual_seed(0)
    module = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 3)).double()
    model = cp.load(module, classes=["a", "b", "c"])
    X = rows(module)
    wanted = np.exp(outputs(module, X))
    np.testing.assert_allclose(model.predict_proba(X), wanted / wanted.sum(1, keepdims=True))
    ended = nn.Sequential(*module, nn.LogSoftmax(dim=1))
    same = cp.load(ended, classes=["a", "b", "c"])
    np.testing.assert_allclose(same.predict_proba(X), model.predict_proba(X), rtol=1e-12)


class Own(nn.Module):
    """A module whose forward only torch knows."""

    def __init__(self):
        super().__init__()
        self.a = nn.Linear(4, 1)

    def forward(self, x):
        return x.sum(1, keepdim=True) * self.a(x)


@pytest.mark.parametrize(
    ("module", "word"),
    [
        (Own(), "class of your own"),
        (nn.Sequential(nn.Linear(4, 2), Own()), "class of your own"),
        (nn.Sequential(nn.Linear(4, 2), nn.LSTM(2, 3)), "LSTM"),
        (nn.Sequential(nn.Linear(4, 2), nn.ELU(alpha=0.5)), "alpha"),
        (nn.Sequential(nn.Linear(4, 2), nn.GELU("tanh")), "approximate"),
        (nn.Sequential(nn.Linear(4, 2), nn.Conv1d(1, 1, 1)), "Conv1d"),
        (nn.Sequential(nn.Linear(4, 2), nn.BatchNorm1d(2, track_running_stats=False)), "running"),
        (nn.Sequential(), "no layers"),
    ],
)
def test_what_is_no_chain_is_refused_by_the_name_of_the_piece(module, word):
    with refused("source", word):
        cp.load(module)


def test_an_imported_network_goes_on_training_and_is_explained():
    torch.manual_seed(0)
    module = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 1)).double()
    model = cp.load(module)
    X = rows(module, 60)
    Y = X[:, :1] * X[:, 1:2]
    before = model.network.loss(model.parameters, X, Y)
    config = cp.TrainingConfig("lbfgs", seed=0, scale_inputs="none", scale_targets="none")
    after = cp.train(model.network, X, Y, config, start=model.parameters)
    assert model.network.loss(after.parameters, X, Y) < before / 2
    text = str(cp.explain(model.network, model.parameters, X[:1], Y[:1], wrt="W1[0,2]"))
    loss = 0.5 * torch.mean((module(torch.tensor(X[:1])) - torch.tensor(Y[:1])) ** 2)
    loss.backward()
    wanted = float(module[0].weight.grad[2, 0])
    _, gradient = model.network.gradient(model.parameters, X[:1], Y[:1])
    assert gradient["W1"][0, 2] == pytest.approx(wanted, rel=1e-10)
    assert f"{wanted:.3g}"[:5] in text.replace("−", "-")


def test_torch_to_model_to_onnx_gives_the_same_bits_in_onnxruntime(tmp_path):
    pytest.importorskip("onnx")
    runtime = pytest.importorskip("onnxruntime")
    torch.manual_seed(0)
    module = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 1)).double()
    cp.load(module).export(tmp_path / "net.onnx", to="onnx")
    session = runtime.InferenceSession(tmp_path / "net.onnx", providers=["CPUExecutionProvider"])
    X = rows(module)
    fed = {each.name: X[:, n : n + 1] for n, each in enumerate(session.get_inputs())}
    np.testing.assert_allclose(session.run(None, fed)[0], outputs(module, X), rtol=1e-12)
