/** The drawn tokens and colours are those of the unit's JSON, for units by chance and all their groups. */
import {
  asDrawn,
  type Data,
  expect,
  groupsOf,
  link,
  openUnit,
  record,
  SEED,
  test,
  textsOf,
  unitAt,
} from "./fixtures";

/** Three units by chance; the seed stands in the report. */
const some = (data: Data) =>
  [0, 1, 2].map((place) => unitAt(data, ((SEED * (place + 1) * 0.61803398875) % 1000) / 1000));

test.describe(`seed ${SEED}`, () => {
  test("every text of every group is drawn whole and in order", async ({ page, request, data }) => {
    for (const at of some(data)) {
      const unit = await record(request, data, at);
      const open = groupsOf(unit).map(([key]) => key);
      await openUnit(page, link(data, at, `?context=full&open=${open.join(",")}`));
      for (const [key, records] of groupsOf(unit)) {
        await expect(textsOf(page, key), `${key} of ${at.layer}:${at.unit}`).toHaveCount(records.length);
        expect(await textsOf(page, key).evaluateAll((all) => all.map((one) => one.textContent))).toEqual(
          records.map(asDrawn),
        );
      }
    }
  });

  test("colour and underline are those of the activations", async ({ page, request, data }) => {
    for (const at of some(data)) {
      const unit = await record(request, data, at);
      await openUnit(page, link(data, at, "?context=full"));
      const first = unit.most_positive_activation_records?.[0];
      if (!first) continue;
      const limit = Math.max(unit.statistics?.max ?? 0, -(unit.statistics?.min ?? 0));
      const peak = Math.max(...first.activations.filter((_, position) => !first.ignored?.includes(position)));
      const marked = textsOf(page, "top").first().locator(".peak");
      await expect(marked).toHaveCount(1);
      const level = Math.min(10, Math.ceil((peak / limit) * 10 - 1e-9));
      const painted = peak / limit < 0.02 ? /^peak$/ : new RegExp(`\\bl${level}\\b`);
      await expect(marked).toHaveClass(painted);
    }
  });
});
