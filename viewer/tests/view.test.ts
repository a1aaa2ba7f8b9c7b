import { expect, test } from "vitest";
import {
  contextOf,
  elsewhere,
  FIRST_VIEW,
  toggled,
  toggledAll,
  withContext,
  withPageContext,
} from "../src/view";

test("a key is opened once and closed", () => {
  expect(toggled(["top"], "random", true)).toEqual(["top", "random"]);
  expect(toggled(["top"], "top", true)).toEqual(["top"]);
  expect(toggled(["top", "random"], "top", false)).toEqual(["random"]);
});

test("what hangs on a person's words does not go along to another unit", () => {
  const open = ["top", "p.1a2b3c4d.made", "older", "e0.texts"];
  expect(elsewhere({ ...FIRST_VIEW, open }).open).toEqual(["top", "older", "e0.texts"]);
});

test("everything is opened, or closed where all of it is; the rest stays", () => {
  expect(toggledAll(["e0.texts", "top"], ["top", "random"])).toEqual(["e0.texts", "top", "random"]);
  expect(toggledAll(["e0.texts", "random", "top"], ["top", "random"])).toEqual(["e0.texts"]);
});

test("a text has a context of its own until the page is given one", () => {
  const open = withContext(["top"], "top:1", "full");
  expect(open).toEqual(["top", "top:1:full"]);
  expect([contextOf(open, "top:1"), contextOf(open, "top:11")]).toEqual(["full", null]);
  expect(withContext(open, "top:1", "line")).toEqual(["top", "top:1:line"]);
  expect(withContext(open, "top:1", null)).toEqual(["top"]);
  expect(withPageContext({ ...FIRST_VIEW, open }, "line")).toEqual({
    ...FIRST_VIEW,
    context: "line",
    open: ["top"],
  });
});
