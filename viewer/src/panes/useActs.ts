/** What a person can do about a unit; after each act what people wrote about it is asked for again. */
import { useContext } from "react";
import type { GivenExplanation, Vote } from "../nouns";
import { QueriesContext } from "../queries";
import { annotationsQuery, edit, remove, suggest, type Unit, vote } from "../writing";

export function useActs(unit: Unit) {
  const queries = useContext(QueriesContext);
  const { key } = annotationsQuery(unit);
  // also after a refusal: what was to be changed may be gone
  const acted = <T>(act: Promise<T>): Promise<T> => act.finally(() => queries.changed(key));
  return {
    suggest: (given: GivenExplanation) => acted(suggest(unit, given)),
    edit: (id: string, given: GivenExplanation) => acted(edit(unit, id, given)),
    remove: (id: string) => acted(remove(unit, id)),
    vote: (explanation: string, value: Vote) => acted(vote(unit, explanation, value)),
  };
}
