// How formulas look: the reader's choices, as the printer takes them.

import { look } from "clearprop/look";
import { numberedSizes } from "clearprop/naming";

export const style = () => ({
  first: Number(look.first),
  column: look.convention === "column",
  names: look.names,
  sizes: numberedSizes(),
  digits: Number(look.digits),
  fold: Number(look.fold),
});
