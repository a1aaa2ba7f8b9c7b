import { expect, test } from "vitest";
import { denominator, groupsOf } from "../src/groups";
import { text, unit } from "./samples";

test("groups come in reading order, each with its denominator", () => {
  expect(groupsOf(unit).map((group) => [group.key, group.title, denominator(group)])).toEqual([
    ["top", "Top", "6 texts of 100; fired in 40 (40%)"],
    ["negative", "Most negative", "1 text of 100; below zero in 3 (3%)"],
    ["random", "Random", "1 text of 60; fired in 10 (17%)"],
    ["q0.5-0.9", "Rank 50–90%", "1 text of 40; fired in 30 (75%)"],
    ["q0-0.5", "Rank 0–50%", "0 texts of 50; fired in 0 (0%)"],
  ]);
});

test("a record of the published kind has no denominators, and groups that it lacks are left out", () => {
  const published = {
    neuron_id: unit.neuron_id,
    most_positive_activation_records: [text(["a"], [1])],
    random_sample_by_quantile: [[], [text(["b"], [1])]],
    quantile_boundaries: null,
  };
  expect(groupsOf(published).map((group) => [group.title, denominator(group)])).toEqual([
    ["Top", "1 text"],
    ["Rank range 2 of 2", "1 text"],
  ]);
});

test("bounds of the published form end at 99.9%, six bounds at 100%", () => {
  const lists = [0, 1, 2, 3, 4].map(() => [text(["a"], [1])]);
  const bounds = [0, 0.5, 0.9, 0.99, 0.999, 1];
  const titles = groupsOf({ ...unit, random_sample_by_quantile: lists, quantile_boundaries: bounds })
    .filter(({ key }) => key.startsWith("q"))
    .map(({ title }) => title);
  expect(titles).toEqual(["Rank 99.9–100%", "Rank 99–99.9%", "Rank 90–99%", "Rank 50–90%", "Rank 0–50%"]);
});

test("a unit that never fired still has its top group, which says so", () => {
  expect(groupsOf({ neuron_id: unit.neuron_id }).map((group) => [group.key, denominator(group)])).toEqual([
    ["top", "none"],
  ]);
});
