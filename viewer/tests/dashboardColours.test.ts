/** The colours that somebody chose for a dashboard are those of its texts and of its bars. */
import { expect, test } from "vitest";
import { coloursOf } from "../src/dashboard/Dashboard";

test("the first pair colours texts and bars, the second one the second unit's bars under tokens", () => {
  expect(
    coloursOf([
      ["orange", "blue"],
      ["violet", "green"],
    ]),
  ).toEqual({
    "--hot": "orange",
    "--cold": "blue",
    "--hot-bar": "orange",
    "--cold-bar": "blue",
    "--second-hot": "violet",
    "--second-cold": "green",
  });
  expect(coloursOf(null)).toEqual({});
});
