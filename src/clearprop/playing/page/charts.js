// Line charts on a canvas: axes, curves, and what lies under the pointer.

import { sample as palette } from "clearprop/colours";
import { figure } from "clearprop/numbers";

const [LEFT, BOTTOM, TOP, RIGHT] = [58, 18, 8, 8];

/** A canvas at the size that it has on the page, sharp on every screen. */
export function prepared(canvas, height = 150) {
  const ratio = devicePixelRatio || 1;
  const width = Math.max(120, Math.round(canvas.parentElement.clientWidth));
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  pen.font = "11px system-ui, sans-serif";
  return { pen, width, height };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {{x: ArrayLike<number>, y: ArrayLike<number>, colour: string, dash?: number[], faint?: boolean}[]} curves
 * @param {{log?: boolean, at?: number, xLabel?: string}} options
 * @returns {(pixel: number) => number} the x under a pixel of the canvas
 */
export function chart(
  canvas,
  curves,
  { log = false, at = null, xLabel = "", tangent = null, mark = null } = {},
) {
  const { pen, width, height } = prepared(canvas);
  const scale = log ? (value) => Math.log10(Math.max(value, 1e-16)) : (value) => value;
  let [x0, x1, y0, y1] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { x, y } of curves) {
    for (let n = 0; n < x.length; n++) {
      const value = scale(y[n]);
      if (!Number.isFinite(value)) continue;
      x0 = Math.min(x0, x[n]);
      x1 = Math.max(x1, x[n]);
      y0 = Math.min(y0, value);
      y1 = Math.max(y1, value);
    }
  }
  if (at !== null) x1 = Math.max(x1, at);
  if (!(x1 > x0)) x1 = x0 + 1;
  if (!Number.isFinite(x0)) [x0, x1, y0, y1] = [0, 1, 0, 1];
  if (!(y1 > y0)) [y0, y1] = [y0 - Math.abs(y0 || 1) * 0.1, y1 + Math.abs(y1 || 1) * 0.1];
  const across = (x) => LEFT + ((x - x0) / (x1 - x0)) * (width - LEFT - RIGHT);
  const down = (y) => TOP + ((y1 - y) / (y1 - y0)) * (height - TOP - BOTTOM);
  pen.strokeStyle = palette.ink("--line");
  pen.fillStyle = palette.ink("--soft");
  pen.lineWidth = 1;
  pen.textBaseline = "middle";
  const label = (y, digits) => figure(log ? 10 ** y : y, digits).replace(/-/g, "−");
  const digits = [2, 3, 4, 6, 9].find((n) => label(y0, n) !== label(y1, n)) ?? 9;
  for (const part of [0, 0.5, 1]) {
    const y = y0 + part * (y1 - y0);
    pen.beginPath();
    pen.moveTo(LEFT, down(y));
    pen.lineTo(width - RIGHT, down(y));
    pen.stroke();
    pen.textAlign = "right";
    pen.fillText(label(y, digits), LEFT - 4, down(y));
  }
  pen.textAlign = "left";
  pen.fillText(figure(x0, 3), LEFT, height - 7);
  pen.textAlign = "right";
  pen.fillText(`${figure(x1, 3)}${xLabel ? ` ${xLabel}` : ""}`, width - RIGHT, height - 7);
  for (const { x, y, colour, dash = [], faint = false } of curves) {
    pen.strokeStyle = palette.ink(colour);
    pen.globalAlpha = faint ? 0.3 : 1;
    pen.setLineDash(dash);
    pen.lineWidth = faint ? 1.2 : 1.8;
    pen.beginPath();
    const every = Math.max(1, Math.floor(x.length / 1200));
    let open = false;
    for (let n = 0; n < x.length; n += every) {
      const value = scale(y[n]);
      if (!Number.isFinite(value)) {
        open = false;
        continue;
      }
      pen[open ? "lineTo" : "moveTo"](across(x[n]), down(value));
      open = true;
    }
    pen.stroke();
  }
  pen.globalAlpha = 1;
  pen.setLineDash([]);
  if (tangent)
    line(pen, across(x0), down(tangent(x0)), across(x1), down(tangent(x1)), "--soft", [3, 3], {
      top: TOP,
      bottom: height - BOTTOM,
    });
  if (at !== null) line(pen, across(at), TOP, across(at), height - BOTTOM, "--ink", [2, 3]);
  if (mark !== null) line(pen, across(mark), TOP, across(mark), height - BOTTOM, "--backward", [1, 2]);
  return (pixel) => x0 + ((pixel - LEFT) / (width - LEFT - RIGHT)) * (x1 - x0);
}

function line(pen, xa, ya, xb, yb, colour, dash, clip) {
  pen.save();
  if (clip) {
    pen.beginPath();
    pen.rect(LEFT, clip.top, 1e5, clip.bottom - clip.top);
    pen.clip();
  }
  pen.strokeStyle = palette.ink(colour);
  pen.lineWidth = 1.2;
  pen.setLineDash(dash);
  pen.beginPath();
  pen.moveTo(xa, ya);
  pen.lineTo(xb, yb);
  pen.stroke();
  pen.restore();
}
