/** A drawn SVG as a file that looks the same elsewhere: the page's style goes along in it. */

const KEPT = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-opacity",
  "stroke-dasharray",
  "opacity",
  "font-family",
  "font-size",
  "font-weight",
  "text-decoration-line",
];
const SHARP = 2; // pixels of the file to one of the page

/** The text of the file, on the page's own paper. */
export function pictureOf(drawn: SVGSVGElement): string {
  const copy = drawn.cloneNode(true) as SVGSVGElement;
  const [from, to] = [drawn, copy].map((root) => [root, ...root.querySelectorAll<SVGElement>("*")]);
  from?.forEach((element, at) => {
    const style = getComputedStyle(element);
    for (const name of KEPT) to?.[at]?.setAttribute(name, style.getPropertyValue(name));
    for (const name of ["class", "tabindex", "data-key"]) to?.[at]?.removeAttribute(name);
  });
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("color", getComputedStyle(drawn).color);
  copy.prepend(paper(drawn));
  return new XMLSerializer().serializeToString(copy);
}

function paper(drawn: SVGSVGElement): SVGRectElement {
  const sheet = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  const color = getComputedStyle(drawn.closest(".pane") ?? document.body).backgroundColor;
  for (const [name, value] of [
    ["width", "100%"],
    ["height", "100%"],
    ["fill", color],
  ] as const)
    sheet.setAttribute(name, value);
  return sheet;
}

/** Gives the picture to the browser as a PNG. Throws where it cannot be drawn. */
export async function pixelsOf(drawn: SVGSVGElement, name: string): Promise<void> {
  const image = new Image();
  // as data, which the page's policy allows, where it refuses blobs
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(pictureOf(drawn))}`;
  await image.decode();
  const { width, height } = drawn.viewBox.baseVal;
  const canvas = Object.assign(document.createElement("canvas"), {
    width: SHARP * width,
    height: SHARP * height,
  });
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done));
  if (!blob) throw new Error("no picture came out");
  const href = URL.createObjectURL(blob);
  Object.assign(document.createElement("a"), { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000); // once it is on the disk
}
