import { expect, test } from "vitest";
import { parseGoto } from "../src/goto";
import { FIRST_VIEW } from "../src/view";

const view = FIRST_VIEW;
const at = { page: "unit", dataset: null, layer: 5, unit: 131, view };

test.each([
  "5:131",
  "5 131",
  " 5:131 ",
  "5/131",
  "5, 131",
  "L5 N131",
  "layer 5 neuron 131",
  "Layer 5 · Neuron 131",
])("%j names layer 5, unit 131", (text) => expect(parseGoto(text)).toEqual(at));

test("a link leads to the page it names, with its state; the old form names no dataset", () => {
  expect(parseGoto("http://127.0.0.1:8000/#/d/gpt2/5/131?context=full&open=top")).toEqual({
    ...at,
    dataset: "gpt2",
    view: { ...view, context: "full", open: ["top"] },
  });
  expect(parseGoto("#/d/gpt2/5")).toEqual({ page: "home", dataset: "gpt2", layer: 5 });
  expect(parseGoto("https://old.example/viewer/#/layers/5/neurons/131")).toEqual(at);
});

test.each([
  "",
  "5",
  "five:six",
  "5:131:9",
  "-5:131",
  "5:-131",
  "5.5 131",
  "#/nowhere",
  "https://example.org/5",
  "1e9 2 3",
])("%j names nothing", (text) => expect(parseGoto(text)).toBeNull());
