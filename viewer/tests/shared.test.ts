/** A list in a link: the same comes out, and nothing that was cut, changed, blown up or made up gets in. */
import { deflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { ListFault } from "../src/lists";
import type { UnitList } from "../src/nouns";
import { LONGEST_LINK, packed, unpacked } from "../src/shared";
import { anyList } from "./lists.samples";
import { seeded } from "./samples";

const letters = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64url");
const made = (value: unknown) => letters(deflateSync(JSON.stringify(value)));
const verbs: UnitList = { title: "Verbs", units: [{ layer: 3, unit: 17, label: "sit" }] };

test("any list comes out of its link as it went in, and the link needs no escapes", async () => {
  const random = seeded(3);
  for (let times = 0; times < 60; times++) {
    const list = anyList(random);
    const link = await packed(list);
    expect(link).toMatch(/^[\w-]+$/);
    expect(await unpacked(link)).toEqual(list);
  }
});

test("a link that was cut off anywhere is refused", async () => {
  const link = await packed(verbs);
  for (let length = 0; length < link.length; length++)
    await expect(unpacked(link.slice(0, length)), `${length} letters`).rejects.toThrow(/cannot be read/);
});

test("a link of which a letter was changed is refused, or says the same", async () => {
  const link = await packed(verbs);
  for (let place = 0; place < link.length; place++) {
    const other = link[place] === "A" ? "B" : "A";
    const changed = link.slice(0, place) + other + link.slice(place + 1);
    const found = await unpacked(changed).catch((error) => error);
    // the last letter has bits that stand for nothing
    if (found instanceof Error) expect(found).toBeInstanceOf(ListFault);
    else expect([place, found]).toEqual([link.length - 1, verbs]);
  }
});

test.each(["", "%", "a b", "🍰", "A", "AAAA", "x".repeat(101), "../../etc/passwd", "<script>"])(
  "%j is no list",
  async (text) => {
    await expect(unpacked(text)).rejects.toThrow(ListFault);
  },
);

test("random letters are no list", async () => {
  const random = seeded(11);
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (let times = 0; times < 200; times++) {
    const text = Array.from(
      { length: Math.floor(random() * 80) },
      () => alphabet[Math.floor(random() * 64)],
    ).join("");
    await expect(unpacked(text)).rejects.toThrow(ListFault);
  }
});

test("a link that unfolds to megabytes is given up, and one that is too long is not looked at", async () => {
  const bomb = letters(deflateSync(`{"title":"a","units":[${" ".repeat(1_000_000)}]}`, { level: 9 }));
  expect(bomb.length).toBeLessThan(LONGEST_LINK);
  await expect(unpacked(bomb)).rejects.toThrow(/unfolds to more than a list can have/);
  await expect(unpacked("A".repeat(LONGEST_LINK + 1))).rejects.toThrow(/longer than any/);
});

test.each([
  [null, /not an object/],
  [[verbs], /not an object/],
  [{ lists: [verbs] }, /no title/],
  [{ ...verbs, title: { toString: "x" } }, /title is not a text/],
  [{ ...verbs, units: "3:17" }, /no units/],
  [{ ...verbs, units: [{ layer: 1e300, unit: 0 }] }, /its layer/],
  [{ ...verbs, units: Array(1001).fill({ layer: 0, unit: 0 }) }, /1,001 units/],
  [{ ...verbs, title: "a".repeat(300) }, /300 characters/],
])("%# a list of the wrong shape is refused with its reason", async (value, sentence) => {
  await expect(unpacked(made(value))).rejects.toThrow(sentence);
});

test("what a list does not have is left behind", async () => {
  const link = made({
    ...verbs,
    owner: "x",
    units: [{ layer: 3, unit: 17, label: "sit", href: "javascript:alert(1)" }],
  });
  expect(await unpacked(link)).toEqual(verbs);
  await expect(unpacked(made(JSON.parse('{"__proto__": {"title": "a", "units": []}}')))).rejects.toThrow(
    /no title/,
  );
});

test("bytes that are no text in UTF-8 are refused", async () => {
  await expect(unpacked(letters(deflateSync(Buffer.from([0x22, 0xff, 0x22]))))).rejects.toThrow(
    /cannot be read/,
  );
});
