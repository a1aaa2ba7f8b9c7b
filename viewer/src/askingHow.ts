/** What a server and a command work out when they are asked: units in an order, a search, a comparison, a score. Pure. */

import type { UnitAddress } from "./nouns";
import { get, OPEN, type Question, type UnitsQuestion, type Where, type Written } from "./questions";
import { decimal, pythonString as py, shellWord, whole } from "./quoting";
import { formatSearch, type Search } from "./search";
import { placeOf } from "./words";

const MODEL =
  "MODEL stands for the name of a language model: a folder, a .gguf file, or openai:NAME@ADDRESS.";

export function units(where: Where, question: UnitsQuestion): Written {
  const { sort = "layer", limit = 20 } = question;
  const descending = (question.order ?? (sort === "layer" ? "asc" : "desc")) === "desc";
  const backwards = sort === "layer" && descending;
  return {
    title: "Units",
    command: `neuronscope units ${where.word}${unitOptions(question, descending)} --limit ${limit} --json`,
    curl: get(where.url(`units?${unitQuery(question, limit)}`)),
    python:
      `${OPEN}from neuronscope.dataset.indexing import open_units; ` +
      `from neuronscope.dataset.unitindex import UnitQuery; ` +
      `${question.where?.length ? "from neuronscope.dataset.conditions import read_condition; " : ""}` +
      `print(open_units(${where.python}).page(UnitQuery(${unitArguments(question, descending)}), limit=${limit}))`,
    ...(backwards && { notes: ["The command lists layers from the first on only."] }),
  };
}

function unitOptions(question: UnitsQuestion, descending: boolean): string {
  const { sort = "layer", layers, where, dead, minScore, maxDensity } = question;
  const options = [
    sort !== "layer" && `--sort=${shellWord(sort)}`,
    sort !== "layer" && !descending && "--ascending",
    layers && `--layers=${layers.join(",")}`,
    minScore !== undefined && `--min-score=${decimal(minScore)}`,
    maxDensity !== undefined && `--max-density=${decimal(maxDensity)}`,
    dead !== undefined && (dead ? "--dead" : "--alive"),
    ...(where ?? []).map((condition) => `--where=${shellWord(condition)}`),
    question.units && `--units=${question.units.map(placeOf).join(",")}`,
  ];
  return options.map((option) => (option ? ` ${option}` : "")).join("");
}

function unitQuery({ sort, order, layers, where, units, ...rest }: UnitsQuestion, limit: number): string {
  const query = new URLSearchParams();
  if (sort !== undefined) query.set("sort", whole(sort));
  if (order !== undefined) query.set("order", order);
  if (layers) query.set("layer", layers.join(","));
  if (rest.minScore !== undefined) query.set("min_score", decimal(rest.minScore));
  if (rest.maxDensity !== undefined) query.set("max_density", decimal(rest.maxDensity));
  if (rest.dead !== undefined) query.set("dead", String(rest.dead));
  for (const condition of where ?? []) query.append("where", whole(condition));
  if (units) query.set("units", units.map(placeOf).join(","));
  query.set("limit", String(limit));
  return query.toString();
}

function unitArguments(question: UnitsQuestion, descending: boolean): string {
  const { sort = "layer", layers, where, units, dead, minScore, maxDensity } = question;
  const given = [
    `sort=${py(sort)}`,
    descending && "descending=True",
    layers && `layers=${tuple(layers.map(String))}`,
    minScore !== undefined && `min_score=${decimal(minScore)}`,
    maxDensity !== undefined && `max_density=${decimal(maxDensity)}`,
    dead !== undefined && `dead=${truth(dead)}`,
    where?.length && `where=${tuple(where.map((condition) => `read_condition(${py(condition)})`))}`,
    units && `units=${tuple(units.map(({ layer, unit }) => `(${layer}, ${unit})`))}`,
  ];
  return given.filter(Boolean).join(", ");
}

const tuple = (items: readonly string[]): string => `(${items.map((item) => `${item},`).join(" ")})`;
const truth = (value: boolean): string => (value ? "True" : "False");

export function search(where: Where, asked: Search, limit: number): Written {
  const { q, mode, where: kind, layer, minScore, sort, order } = asked;
  const query = new URLSearchParams(formatSearch({ ...asked, q: whole(q), pages: 1 }));
  query.set("limit", String(limit));
  const options = [
    kind !== "both" && `--in=${kind}`,
    layer !== null && `--layer=${layer}`,
    minScore !== null && `--min-score=${decimal(minScore)}`,
    sort !== "relevance" && `--sort=${sort}`,
    order !== null && `--order=${order}`,
    mode === "regex" && "--regex",
    mode === "meaning" && "--sentence-model=MODEL",
  ];
  const given = [
    py(q),
    kind !== "both" && `where=(${py(kind)},)`,
    mode !== "words" && `mode=${py(mode)}`,
    layer !== null && `layer=${layer}`,
    minScore !== null && `min_score=${decimal(minScore)}`,
    sort !== "relevance" && `sort=${py(sort)}`,
    order !== null && `order=${py(order)}`,
    `limit=${limit}`,
  ];
  const chosen = options.map((option) => (option ? ` ${option}` : "")).join("");
  const meaning = mode === "meaning";
  const loaded = meaning
    ? "from neuronscope.dataset.search import load_encoder; from pathlib import Path; "
    : "";
  return {
    title: "Search",
    command: `neuronscope search ${where.word}${chosen} --limit=${limit} --json${q.startsWith("-") ? " --" : ""} ${shellWord(q)}`,
    curl: get(where.url(`search?${query}`)),
    python:
      `${OPEN}${loaded}from neuronscope.dataset.search import SearchRequest, search_dataset; ` +
      `print(search_dataset(${where.python}, SearchRequest(${given.filter(Boolean).join(", ")})` +
      `${meaning ? `, encoder=load_encoder(Path("MODEL"))` : ""}))`,
    ...(meaning && { notes: ["MODEL stands for the folder of a model2vec model, such as the server has."] }),
  };
}

export function compare(where: Where, wanted: readonly UnitAddress[]): Written {
  const list = wanted.map(placeOf).join(",");
  return {
    title: "Comparison",
    command: `neuronscope compare ${where.word} ${list} --json`,
    curl: get(where.url(`compare?units=${list}`)),
    python:
      "from neuronscope_server.catalog import open_catalog; from neuronscope_server.compare import comparison; " +
      `from neuronscope_server.tables import Tables; c = open_catalog({"d": ${where.string}}); ` +
      `print(comparison(c, Tables(c, None), "d", ${py(list)}))`,
  };
}

type ScoreQuestion = Extract<Question, { kind: "score" }>;

/** A job: what was begun answers with its name, and its events end with the score. */
export function score(where: Where, { at, text, seed, model, token }: ScoreQuestion): Written {
  const named = model ?? "MODEL";
  const body = JSON.stringify({ text: whole(text), seed });
  const header = token ? ' -H "Authorization: Bearer $NEURONSCOPE_TOKEN"' : "";
  const begun = `curl -gsS${header} --json ${shellWord(body)} ${shellWord(where.url(`units/${at.layer}/${at.unit}/score`))}`;
  const job = `python3 -c 'import json, sys; print(json.load(sys.stdin)["job"])'`;
  return {
    title: "Score of a text",
    command:
      `neuronscope score ${where.word} --unit ${placeOf(at)} --text=${shellWord(text)} ` +
      `--seed=${seed} --llm=${shellWord(named)} --json`,
    curl: `curl -gsSN ${shellWord(where.api("jobs/"))}$(${begun} | ${job})/events`,
    python:
      `${OPEN}import asyncio; from neuronscope.explain import ExplainOptions; from neuronscope.llm import open_llm; ` +
      "from neuronscope.explain.scoring import score_text; from neuronscope.explain.simulators import usual_simulator; " +
      `names = (${py(named)},); options = ExplainOptions(simulator=usual_simulator(names), seed=${seed}); ` +
      `print(asyncio.run(score_text(${where.python}, (${at.layer}, ${at.unit}), ${py(text)}, ` +
      "model=open_llm(names), options=options)))",
    ...(model === undefined && { notes: [MODEL] }),
  };
}

/** What people wrote about a unit stands in a database beside the dataset, which the server alone need have. */
export function written(where: Where, at: UnitAddress): Written {
  return {
    title: `What people wrote about ${placeOf(at)}`,
    command: `neuronscope annotations export ${where.word} --json`,
    curl: get(where.url(`annotations/${at.layer}/${at.unit}.json`)),
    python:
      `${OPEN}import os; from neuronscope.annotations.home import annotations_file; ` +
      "from neuronscope.annotations.schema import sqlite_url; from neuronscope.annotations.store import Annotations; " +
      "from neuronscope_server.annotations import words_key; " +
      `words = Annotations(sqlite_url(annotations_file(os.environ))); print(list(words.units(words_key(${where.python}))))`,
    notes: [
      "The command and the Python line read the database of this machine and user, all units of it. A server that was " +
        "given another one (--annotations) is asked by the command with the same option.",
    ],
  };
}
