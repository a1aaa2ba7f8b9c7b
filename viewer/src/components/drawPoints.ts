/** Points onto a canvas, in its own text colour: each as a dot where they are few, as shades of pixels where many. */
import { countOf } from "../ordering";
import { counted, type Frame, opacityOf, type Points, spotOf } from "../plot";

const FEW = 4000;
const MANY = 60_000; // from here on a point is one CSS px, below two
const OTHERS = { faintest: 0.1, strongest: 0.4 };
const CHOSEN = { faintest: 0.45, strongest: 1 };

/** Draws the points that are marked 1 over those marked 0, which are faint. */
export function drawPoints(
  canvas: HTMLCanvasElement,
  points: Points,
  marks: Uint8Array,
  frame: Frame,
  scale: number,
): void {
  const [width, height] = [Math.round(frame.width * scale), Math.round(frame.height * scale)];
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext("2d");
  if (!context) return;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  context.fillStyle = getComputedStyle(canvas).color;
  const dots = marks.length <= FEW;
  if (!dots) drawShades(context, points, marks, frame, scale);
  context.scale(scale, scale);
  const radius = marks.length <= FEW / 8 ? 3.5 : 2;
  if (dots) drawDots(context, points, marks, frame, { mark: 0, radius, opacity: 0.22 });
  if (dots || countOf(marks) <= FEW)
    drawDots(context, points, marks, frame, { mark: 1, radius, opacity: 0.8 });
}

type Dots = { mark: 0 | 1; radius: number; opacity: number };

function drawDots(
  context: CanvasRenderingContext2D,
  points: Points,
  marks: Uint8Array,
  frame: Frame,
  { mark, radius, opacity }: Dots,
): void {
  context.globalAlpha = opacity;
  for (let row = 0; row < marks.length; row++) {
    if (marks[row] !== mark) continue;
    const { left, top } = spotOf(frame, points.x[row] as number, points.y[row] as number);
    if (!(left > -radius && left < frame.width + radius && top > -radius && top < frame.height + radius))
      continue;
    context.beginPath();
    context.arc(left, top, radius, 0, 2 * Math.PI);
    context.fill();
  }
  context.globalAlpha = 1;
}

function drawShades(
  context: CanvasRenderingContext2D,
  points: Points,
  marks: Uint8Array,
  frame: Frame,
  scale: number,
): void {
  const cell = marks.length < MANY ? 2 : 1;
  const [width, height] = [Math.ceil(frame.width / cell), Math.ceil(frame.height / cell)];
  const coarse = { ...frame, width, height };
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const color = colorOf(context);
  shade(pixels, counted(points, marks, 0, coarse), color, OTHERS);
  shade(pixels, counted(points, marks, 1, coarse), color, CHOSEN);
  const layer = new OffscreenCanvas(width, height);
  layer.getContext("2d")?.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(layer, 0, 0, width * cell * scale, height * cell * scale);
}

type Range = { faintest: number; strongest: number };

/** Writes shades over what is there, where points are. */
function shade(
  pixels: Uint32Array,
  counts: Uint32Array,
  color: number,
  { faintest, strongest }: Range,
): void {
  let most = 0;
  for (let at = 0; at < counts.length; at++) if ((counts[at] as number) > most) most = counts[at] as number;
  const shades = Uint32Array.from({ length: Math.min(most, SHADES) + 1 }, (_, points) => {
    const opacity = strongest * opacityOf(points, Math.min(most, SHADES), faintest);
    return (color | (Math.round(255 * opacity) << 24)) >>> 0;
  });
  for (let at = 0; at < counts.length; at++) {
    const points = counts[at] as number;
    if (points > 0) pixels[at] = shades[Math.min(points, SHADES)] as number;
  }
}

const SHADES = 255; // a pixel with more points is as strong

/** The fill colour as a pixel without opacity: blue, green, red from the highest byte down. */
function colorOf(context: CanvasRenderingContext2D): number {
  const [, red, green, blue] = String(context.fillStyle).match(/^#(..)(..)(..)/) ?? [];
  const byte = (hex: string | undefined) => Number.parseInt(hex ?? "0", 16);
  return byte(red) | (byte(green) << 8) | (byte(blue) << 16);
}
