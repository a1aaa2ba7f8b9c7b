/** How an explanation came about in; rows of a name and a value out. Pure. */
export type Fact = { name: string; value: string };

/** Everything that is known, under the file's own names and in its order. */
export function factsOf(made: object): Fact[] {
  return Object.entries(made).flatMap(([name, its]) => {
    const value = plain(its);
    return value && name !== "dataclass_name" ? { name: name.replaceAll("_", " "), value } : [];
  });
}

/** Lists with commas, objects as names and values; nothing for what is not known. */
function plain(value: unknown): string {
  if (Array.isArray(value)) return value.join(", ");
  if (value && typeof value === "object")
    return factsOf(value)
      .map((fact) => `${fact.name}: ${fact.value}`)
      .join(" · ");
  return String(value ?? "");
}
