/** Where a dashboard's units come from: the blocks of one file, or a notebook's kernel. */
import type { ActivationRecord, NeuronRecord } from "../nouns";
import type { Entry, Head, Payload, Saving, ShownUnit } from "../shown";
import type { Asking } from "./asking";
import { bytesOf, checkedHead, inflated, inflatedText } from "./reading";

export type Source = {
  head: Head;
  /** All that is shown of a unit. Rejects with a sentence. */
  unit: (key: string) => Promise<ShownUnit>;
  /** Units with these words, where the directory does not have all; null where it does. */
  find: ((words: string) => Promise<Entry[]>) | null;
  /** The dashboard as one file; null where it is one. */
  save: (() => Promise<Saving>) | null;
};

/** The units of a page that holds them. Rejects with a sentence. */
export async function pageSource(page: ParentNode): Promise<Source> {
  const text = page.querySelector("script#head")?.textContent;
  if (!text) throw new Error("This page holds no data: get the file again.");
  const head = checkedHead(await inflatedText<Head>(text));
  const places = new Map(head.directory.map(({ key }, place) => [key, place]));
  const blocks = new Map<number, Promise<ShownUnit[]>>();
  const block = (number: number): Promise<ShownUnit[]> => {
    const known = blocks.get(number);
    if (known) return known;
    const found = page.querySelector(`script.units[data-block="${number}"]`)?.textContent ?? "";
    const read = inflatedText<ShownUnit[]>(found);
    blocks.set(number, read);
    return read;
  };
  const unit = async (key: string) => {
    const place = places.get(key);
    const units = place === undefined ? [] : await block(Math.floor(place / head.block));
    const found = units.find((one) => one.key === key);
    if (!found) throw new Error(`This page does not hold the unit ${key}.`);
    return withTips(found);
  };
  return { head, unit, find: null, save: null };
}

/** The units of a widget: those it was given, and others that the kernel is asked for. Rejects with a sentence. */
export async function widgetSource(payload: DataView, asking: Asking): Promise<Source> {
  const { head, units } = await inflated<Payload>(bytesOf(payload));
  const known = new Map(units.map((unit) => [unit.key, Promise.resolve(withTips(unit))]));
  const unit = (key: string) => {
    const found = known.get(key);
    if (found) return found;
    const asked = asking.ask<ShownUnit>({ ask: "unit", key }).then(withTips);
    known.set(key, asked);
    asked.catch(() => known.delete(key)); // who asks again may have more luck
    return asked;
  };
  const all = head.directory.length >= head.total;
  const find = all ? null : (words: string) => asking.ask<Entry[]>({ ask: "find", words });
  return { head: checkedHead(head), unit, find, save: () => asking.ask<Saving>({ ask: "save" }) };
}

/** A unit whose texts have what is said of their tokens. */
export function withTips(unit: ShownUnit): ShownUnit {
  const tips = [...(unit.tips ?? [])];
  if (tips.length === 0) return unit;
  const told = <R extends ActivationRecord>(record: R) => ({ ...record, tips: tips.shift() ?? null });
  const { record } = unit;
  const texts: Partial<NeuronRecord> = {
    most_positive_activation_records: (record.most_positive_activation_records ?? []).map(told),
    most_negative_activation_records: (record.most_negative_activation_records ?? []).map(told),
    random_sample: (record.random_sample ?? []).map(told),
    random_sample_by_quantile: (record.random_sample_by_quantile ?? []).map((list) => list.map(told)),
  };
  return { ...unit, record: { ...record, ...texts } };
}
