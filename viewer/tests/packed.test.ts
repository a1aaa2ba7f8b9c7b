/** Units of a packed site, over a pretended host that sends ranges as real ones do, or fails as real ones do. */
import { crc32, deflateRawSync } from "node:zlib";
import { beforeEach, expect, test, vi } from "vitest";
import { Problem } from "../src/api";
import { crcOf, sharedUnitIn, unitIn } from "../src/packed";

const UNITS = {
  3: { name: "three" },
  17: { name: "Ünïcødé 🧠" },
  4000000000: { name: "last", zeros: "0".repeat(9000) },
};
const LEFT = 31; // bytes of a header before each member

type Site = { zip: Uint8Array; idx: Uint8Array };
let site: Site;
let asked: string[];
let url: string;
let sites = 0;

/** As the server's publish/zipindex.py writes it. */
function made(units: Record<number, object>): Site {
  const numbers = Object.keys(units).map(Number);
  const plain = numbers.map((unit) => Buffer.from(JSON.stringify(units[unit])));
  const packed = plain.map((data) => deflateRawSync(data));
  const steps = numbers.map((unit, at) => unit - (numbers[at - 1] ?? 0));
  const columns = [
    steps,
    numbers.map(() => LEFT),
    packed.map(({ length }) => length),
    plain.map((data) => crc32(data)),
  ];
  const words = Uint32Array.from([numbers.length, ...columns.flat()]);
  const zip = Buffer.concat(packed.flatMap((data) => [Buffer.alloc(LEFT, 7), data]));
  return { zip, idx: deflateRawSync(Buffer.from(words.buffer)) };
}

/** `whole`: the host ignores ranges. */
function host({ whole = false, cut = 0, status = 0 } = {}): void {
  vi.stubGlobal("fetch", async (address: string, init?: RequestInit) => {
    const range = new Headers(init?.headers).get("range");
    asked.push(`${address.split("/").at(-1)} ${range ?? ""}`.trim());
    if (status) return new Response("<h1>no</h1>", { status });
    const file = address.endsWith(".idx") ? site.idx : site.zip;
    if (whole || !range) return new Response(new Uint8Array(file));
    const [from = 0, to = 0] = range.match(/\d+/g)?.map(Number) ?? [];
    return new Response(new Uint8Array(file.slice(from, to + 1 - cut)), { status: 206 });
  });
}

beforeEach(() => {
  site = made(UNITS);
  asked = [];
  url = `http://host/r/${sites++}/5.zip`; // what was read of another stays known
  host();
});

test.each(Object.entries(UNITS))("unit %s is asked for by its range", async (unit, expected) => {
  expect(await unitIn(url, Number(unit))).toEqual(expected);
  expect(asked[0]).toBe("5.idx");
  expect(asked[1]).toMatch(/^5.zip bytes=\d+-\d+$/);
});

test("the index is asked for once, whoever wants a unit", async () => {
  await Promise.all([unitIn(url, 3), unitIn(url, 17)]);
  await unitIn(url, 3);
  expect(asked.filter((name) => name === "5.idx")).toHaveLength(1);
  expect(asked).toHaveLength(4);
});

test("parts of one object are asked for once, and again after a failure", async () => {
  host({ status: 503 });
  await expect(sharedUnitIn(url, 3)).rejects.toThrow(Problem);
  host();
  asked = [];
  const [one, other] = await Promise.all([sharedUnitIn(url, 3), sharedUnitIn(url, 3)]);
  expect(one).toBe(other);
  expect(asked).toEqual(["5.idx", expect.stringMatching(/^5.zip/)]);
});

test("a unit that the zip has not, and a zip that is not there, are missing", async () => {
  await expect(unitIn(url, 4)).rejects.toMatchObject({ missing: true });
  host({ status: 404 });
  await expect(unitIn(`${url}x.zip`, 3)).rejects.toMatchObject({ missing: true });
});

test("what is refused is no missing file, and says what may be wrong", async () => {
  await unitIn(url, 3);
  host({ status: 403 });
  const refused = /refuses this file \(status 403\): it is private, or not there/;
  await expect(unitIn(`${url}x.zip`, 3)).rejects.toMatchObject({ missing: false, status: 403 });
  await expect(unitIn(`${url}x.zip`, 3)).rejects.toThrow(refused);
  await expect(unitIn(url, 17)).rejects.toMatchObject({
    status: 200,
    message: expect.stringMatching(refused),
  });
  host({ status: 503 });
  await expect(unitIn(`${url}x.zip`, 3)).rejects.toThrow("The host answered with status 503.");
});

test("a host that ignores ranges is told of, with the remedy", async () => {
  host({ whole: true });
  await expect(unitIn(url, 3)).rejects.toThrow(
    /host does not send parts of files .* publish it with --files/,
  );
});

test("what is cut off or changed is never shown", async () => {
  host({ cut: 1 });
  await expect(unitIn(url, 17)).rejects.toThrow("/5.zip is not what it should be");
  host();
  for (const place of [LEFT + 2, site.zip.length - 2]) {
    site.zip[place] = (site.zip[place] ?? 0) ^ 1;
    const unit = place === LEFT + 2 ? 3 : 4000000000;
    await expect(unitIn(url, unit)).rejects.toThrow(/is not what it should be/);
  }
  expect(await unitIn(url, 17)).toEqual(UNITS[17]);
});

test.each([
  ["no index", Buffer.from("<!doctype html>")],
  ["one that is cut off", deflateRawSync(Buffer.from(Uint32Array.of(2, 1, 2, 3).buffer))],
  ["an empty file", Buffer.alloc(0)],
])("%s is told of, and asked for again", async (_, idx) => {
  const good = site.idx;
  site.idx = idx;
  await expect(unitIn(url, 3)).rejects.toThrow(/is not what it should be/);
  site.idx = good;
  expect(await unitIn(url, 3)).toEqual(UNITS[3]);
});

test("a checksum is that of zips", () => {
  for (const text of ["", "123456789", "🧠".repeat(99)]) {
    const bytes = new TextEncoder().encode(text);
    expect(crcOf(bytes)).toBe(crc32(bytes));
  }
  expect(crcOf(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
});
