/**
 * How one gets a number without this page: a question in; out the command, the curl line and the Python line that answer
 * it. Everything that a person or a file wrote stands in them quoted. Pure.
 */

import { compare, score, search, units, written } from "./askingHow";
import { live } from "./askingLive";
import { traced } from "./askingTrace";
import type { UnitAddress } from "./nouns";
import { get, type Lines, OPEN, type Place, type Question, Where, type Written } from "./questions";
import { pythonString as py, shellWord, whole } from "./quoting";
import { placeOf } from "./words";

const FOLDER =
  "This site's address is plain http on another machine, which neuronscope does not read: run the command where the " +
  "dataset's folder is";

/** The three lines for one question. */
export function howLines(place: Place, question: Question): Lines {
  const at = new Where(place);
  const lines = answering(at, question);
  const notes = [...(lines.notes ?? []), ...(at.readable ? [] : [`${FOLDER}, and the Python line.`])];
  const title = question.dataset ? `${lines.title}, ${place.name}` : lines.title;
  return { ...lines, title, notes };
}

const MADE_OF = "DATASET is the folder that this site was made of.";

/** The command that writes the whole report as a page, and what to know of it; `place`: null where no address is a dataset's. */
export function reportPage(
  place: Place | null,
  run: string | null,
): { command: string; note: string | null } {
  const at = place && new Where(place);
  const chosen = run === null ? "" : ` --run=${shellWord(run)}`;
  return {
    command: `neuronscope report ${at ? at.word : "DATASET"}${chosen} --html report.html`,
    note: at ? (at.readable ? null : `${FOLDER}.`) : MADE_OF,
  };
}

function answering(where: Where, question: Question): Written {
  switch (question.kind) {
    case "manifest":
      return {
        title: "What the dataset is",
        command: `neuronscope show ${where.word} --json`,
        curl: get(where.url("dataset.json")),
        python: `${OPEN}print(${where.python}.manifest)`,
      };
    case "lists":
    case "puzzles":
    case "puzzle-results":
    case "traces":
      return wholeFile(where, question.kind);
    case "trace":
      return { ...wholeFile(where, `traces/${question.id}`), title: "The trace" };
    case "reports":
      return {
        ...wholeFile(where, "reports"),
        python: `${OPEN}from neuronscope.explain.report.reading import run_reports; print(run_reports(${where.python}))`,
      };
    case "report":
      return wholeFile(where, `reports/${question.run}`);
    case "matches":
      return {
        ...wholeFile(where, `matches/${question.other}/${question.layer}`),
        title: `Partners in ${question.other}`,
      };
    case "scores":
      return {
        title: "Scores",
        command: `neuronscope report ${where.word} --json`,
        curl: get(where.url("scores.json")),
        python: `${OPEN}from neuronscope.explain.report.summary import report_on; r = report_on(${where.python}); print(r.best_by_layer, r.explainers)`,
      };
    case "record":
    case "statistics":
    case "explanations":
      return ofUnit(where, question.kind, question.at);
    case "written":
      return written(where, question.at);
    case "logits":
      return partOfUnit(where, "logits", question.at);
    case "related-tokens":
    case "related-neurons":
      return partOfUnit(where, `${question.kind}/${question.by}`, question.at);
    case "units":
      return units(where, question);
    case "search":
      return search(where, question.search, question.limit ?? 20);
    case "compare":
      return compare(where, question.units);
    case "score":
      return score(where, question);
    case "live":
      return live(where, question);
    case "live-trace":
      return traced(where, question);
  }
}

const TITLES: Record<string, string> = {
  lists: "Lists",
  puzzles: "Puzzles",
  "puzzle-results": "How models did",
  traces: "Traces",
  reports: "Runs",
  record: "Texts and activations",
  statistics: "Statistics",
  explanations: "Explanations and scores",
  logits: "Output logits",
  "related-tokens/activation-based": "Tokens by mean activation",
  "related-tokens/weight-based": "Tokens by weight",
  "related-neurons/weight-based": "Units by weight",
  "related-neurons/activation-based": "Units by activation",
  "related-neurons/decoder-based": "Units by decoder direction",
};

/** A file that the dataset has beside its parts. */
function wholeFile(where: Where, part: string): Written {
  const path = `${part.split("/").map(encoded).join("/")}.json`;
  return {
    title: TITLES[part] ?? "The run",
    command: `neuronscope show ${where.word} --part=${shellWord(part)} --json`,
    curl: get(where.url(path)),
    python: `${OPEN}print(${where.python}.file(${py(`${part}.json`)}).decode())`,
  };
}

/** What the noun's own methods read. */
function ofUnit(where: Where, kind: "record" | "statistics" | "explanations", at: UnitAddress): Written {
  const read = `${where.python}.${kind === "explanations" ? kind : "record"}(${at.layer}, ${at.unit})`;
  const python = {
    record: `print(${read})`,
    statistics: `r = ${read}; print(r.mean, r.variance, r.skewness, r.kurtosis, r.statistics)`,
    explanations: `print([(one.explanation, one.scores, one.baselines) for one in ${read}.scored_explanations])`,
  };
  const folder = kind === "explanations" ? kind : "collated-activations";
  return {
    title: `${TITLES[kind] ?? kind} of ${placeOf(at)}`,
    command: `neuronscope show ${where.word} ${placeOf(at)} --json`,
    curl: get(where.url(`${folder}/${at.layer}/${at.unit}.json`)),
    python: `${OPEN}${python[kind]}`,
  };
}

function partOfUnit(where: Where, part: string, at: UnitAddress): Written {
  return {
    title: TITLES[part] ?? part,
    command: `neuronscope show ${where.word} ${placeOf(at)} --part ${part} --json`,
    curl: get(where.url(`${part}/${at.layer}/${at.unit}.json`)),
    python: `${OPEN}print(${where.python}.read(${py(part)}, ${at.layer}, ${at.unit}).decode())`,
  };
}

const encoded = (text: string): string => encodeURIComponent(whole(text));
