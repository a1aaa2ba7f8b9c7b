/** What two datasets say of themselves, fact by fact; where they differ, what that means. */
import type { Difference } from "../twoDatasets";

type Props = { titles: readonly [string, string]; differences: readonly Difference[] };

export const DifferenceTable = ({ titles, differences }: Props) => (
  <table className="across differences">
    <thead>
      <tr>
        <td />
        {titles.map((title, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two datasets may have one title
          <th key={place} scope="col">
            {title}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {differences.map(({ name, values: [one, other], same, meaning }) => (
        <tr key={name} className={same ? undefined : "differs"}>
          <th scope="row">{name}</th>
          {same ? (
            <td colSpan={2}>
              {one} <small>in both</small>
            </td>
          ) : (
            <>
              <td>{one}</td>
              <td>
                {other} <small>{meaning}</small>
              </td>
            </>
          )}
        </tr>
      ))}
    </tbody>
  </table>
);
