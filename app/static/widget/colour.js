// The shop's accent colour, and its neighbours that can be read where they are used (WCAG 2.2,
// contrast of at least 4.5 to 1).

const DEFAULT = "#1f5f5b";
const WHITE = [255, 255, 255];
const BLACK = [16, 20, 24];
// The grounds of widget.css on which the accent is hardest to read: the assistant's bubbles.
const LIGHT_GROUND = [240, 242, 244];
const DARK_GROUND = [38, 45, 52];
const READABLE = 4.5;

/** The colours the style sheet needs, as CSS custom properties. */
export function palette(accent) {
  const own = parse(normalised(accent)) ?? parse(DEFAULT);
  const ink = contrast(own, WHITE) >= READABLE || contrast(own, WHITE) > contrast(own, BLACK) ? WHITE : BLACK;
  return {
    "--accent": css(readable(own, ink)),
    "--on-accent": css(ink),
    "--accent-on-light": css(readable(own, LIGHT_GROUND)),
    "--accent-on-dark": css(readable(own, DARK_GROUND)),
  };
}

/** `colour` moved away from `ground` just as far as makes it readable there. */
export function readable(colour, ground) {
  const target = luminance(ground) > 0.18 ? [0, 0, 0] : WHITE;
  for (let share = 0; share <= 1; share += 0.05) {
    const mixed = colour.map((part, index) => Math.round(part + (target[index] - part) * share));
    if (contrast(mixed, ground) >= READABLE) return mixed;
  }
  return target;
}

/** The contrast ratio of two colours, from 1 to 21. */
export function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour) {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Whatever CSS calls a colour, as the browser writes it. */
function normalised(accent) {
  const context = document.createElement("canvas").getContext("2d");
  if (!context || !accent) return DEFAULT;
  context.fillStyle = DEFAULT;
  context.fillStyle = accent;
  return String(context.fillStyle);
}

function parse(colour) {
  const found = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(colour);
  return found ? found.slice(1).map((part) => parseInt(part, 16)) : null;
}

function css(colour) {
  return `rgb(${colour.join(" ")})`;
}
