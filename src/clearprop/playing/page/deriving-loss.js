// The derivation of the loss: of one sample, and of the batch.

import { eq, filled, frac, num, sigma, spread, sym, times } from "clearprop/formula";
import { say, told } from "clearprop/look";
import { sampleLoss } from "clearprop/propagate";

/** The loss of so many outputs is written out. */
const MOST_OUTPUTS = 5;

/** ℓ, or L where one sample is the whole batch. */
export const lossLetter = (now) => sym(isSum(now) ? "ell" : "L");

/** Whether L is more than the loss of one sample: of several, or of one that has a weight. */
export const isSum = (now) => now.rows.length > 1 || now.pass.shares !== null;

/** cₙ, where samples do not count alike. */
export const sampleShare = (now) => (now.pass.shares ? [sym("c", null, ["n"])] : []);

/** What stands under Σₖ, with its index. */
export function bodyOf(tree) {
  return tree.node === "Sigma" ? tree.body : tree;
}

/**
 * The loss of this sample, and of the batch where there are more.
 * @returns {import("clearprop/deriving").Block[]}
 */
export function loss(now) {
  const { lossRule: rule, sizes } = now.net;
  const [L, m, K] = [lossLetter(now), now.rows.length, sizes.at(-1)];
  const depth = now.net.layers.length;
  const letters = {
    a: (k) => sym("a", depth, K > 1 || typeof k === "string" ? [k] : []),
    y: (k) => sym("y", null, K > 1 || typeof k === "string" ? [k] : []),
  };
  const value = num(sampleLoss(now.net, now.one, 0), "L");
  const equations = [eq(L, filled(K > 1 ? rule.formula : spread(rule.formula, 1), letters))];
  if (K <= MOST_OUTPUTS) {
    const numbers = filled(spread(rule.formula, K), {
      a: (k) => num(now.one.A.at(-1)[k], `a${depth}[${k}]`),
      y: (k) => num(now.one.Y[k], `y[${k}]`),
    });
    equations.push(eq(L, numbers, value));
  } else equations.push(eq(L, value));
  const blocks = [{ title: say("loss_title", { rule: told(rule.title) }), why: say("loss_why"), equations }];
  if (isSum(now)) {
    const { shares } = now.pass;
    const share = now.net.reduction === "mean" && !shares ? [frac(num(1), sym("m"))] : [];
    const total = times(...share, sigma("n", times(...sampleShare(now), sym("ell", null, ["n"]))));
    blocks.push({
      title: say("batch_loss_title"),
      why: say(`batch_loss_${shares ? "weighted" : now.net.reduction}`, { m }),
      equations: [eq(sym("L"), total, num(now.pass.loss, "L"))],
    });
  }
  return blocks;
}
