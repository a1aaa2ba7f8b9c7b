/** The graph as a file: the picture as it stands, as SVG or PNG, or what it is made of as JSON. */
import { type RefObject, useState } from "react";
import { saveText } from "./Saved";
import { pictureOf, pixelsOf } from "./savePicture";

type Props = { svg: RefObject<SVGSVGElement | null>; name: string; json: () => Promise<object> };

export function GraphFiles({ svg, name, json }: Props) {
  const [said, setSaid] = useState("");
  const picture = (save: (drawn: SVGSVGElement) => Promise<void> | void, kind: string) => async () => {
    try {
      if (svg.current) await save(svg.current);
      setSaid(`Saved as ${kind}.`);
    } catch {
      setSaid(`This browser does not make a ${kind} of it: save it as SVG.`);
    }
  };
  return (
    <fieldset className="graph-files">
      <legend className="hidden">Save the graph</legend>
      <button
        type="button"
        onClick={picture((drawn) => saveText(`${name}.svg`, "image/svg+xml", pictureOf(drawn)), "SVG")}
      >
        SVG
      </button>
      <button type="button" onClick={picture((drawn) => pixelsOf(drawn, `${name}.png`), "PNG")}>
        PNG
      </button>
      <button
        type="button"
        onClick={() =>
          json().then(
            (made) => {
              saveText(`${name}.json`, "application/json", JSON.stringify(made, null, 1));
              setSaid("Saved as JSON.");
            },
            () => setSaid("A script of the viewer did not come. Reload the page."),
          )
        }
      >
        JSON
      </button>
      <span className="copied" role="status">
        {said}
      </span>
    </fieldset>
  );
}
