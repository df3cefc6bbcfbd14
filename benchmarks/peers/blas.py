"""The machine's own speed at the sum Σ JᵀJ, the Jacobian being given: no network, only BLAS."""

from scipy.linalg.blas import dgemm, dsyrk

from benchmarks.contender import Contender, blas_threads, thread_counts, threads
from benchmarks.peers.textbook import jacobian
from benchmarks.tasks import GaussNewton
from clearprop._typing import FloatArray


def gauss_newton(task: GaussNewton) -> list[Contender]:
    J = jacobian(task.problem)
    m, P = J.shape
    Jt = J.T  # Fortran order, so that BLAS needs no copy
    half = Jt[: P // 2]

    def symmetric() -> FloatArray:
        return dsyrk(1 / m, Jt)  # the upper triangle

    def general() -> FloatArray:
        # half of the rows of the product: m P² operations, as many as dsyrk takes
        return dgemm(1 / m, half, J.T, trans_b=True)

    entered = []
    for n in thread_counts(task):
        entered.append(Contender("dsyrk", threads(n), symmetric, blas_threads(n)))
        entered.append(Contender("dgemm", threads(n), general, blas_threads(n)))
    return entered
