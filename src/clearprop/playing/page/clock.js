// Playing: some lines a second, or as many steps as fit into a frame.

import { desk, goTo, placeNow, tell, train } from "clearprop/desk";

/** By name: lines a second, or steps a frame; 0 steps means as many as there is time for. */
export const SPEEDS = {
  slow: { lines: 1 },
  lines: { lines: 6 },
  steps: { steps: 1 },
  fast: { steps: 10 },
  fastest: { steps: 0 },
};
const MILLISECONDS_A_FRAME = 9;

let speed = "steps";
let last = 0;
/** How long the last frames took, for those who measure. */
export const frames = [];

export const setSpeed = (name) => {
  if (Object.hasOwn(SPEEDS, name)) speed = name;
  desk.wholeSteps = desk.playing && !SPEEDS[speed].lines;
};
export const speedNow = () => speed;

export function play(on = !desk.playing) {
  desk.playing = on;
  desk.stuck = false;
  desk.wholeSteps = on && !SPEEDS[speed].lines;
  last = performance.now();
  if (on) requestAnimationFrame(frame);
  tell();
}

function frame(now) {
  if (!desk.playing) return;
  frames.push(now);
  if (frames.length > 240) frames.shift();
  const { lines, steps } = SPEEDS[speed];
  if (lines) {
    if (now - last >= 1000 / lines) {
      last = now;
      goTo(placeNow() + 1);
    }
  } else {
    desk.line = 0;
    if (steps) train(steps);
    else {
      const end = performance.now() + MILLISECONDS_A_FRAME;
      do train(1);
      while (performance.now() < end && !desk.stuck);
    }
  }
  if (desk.stuck) play(false);
  else requestAnimationFrame(frame);
}
