/** One list among others: its title, which is the link, what it is about, and how many units it has. */
import { dayOf } from "../people";
import { visible } from "../tokens";
import { plural } from "../words";

type Props = {
  href: string;
  title: string;
  note?: string | null | undefined;
  units: number;
  own?: boolean; // among those of others
  edited?: string;
};

export function ListLine({ href, title, note, units, own = false, edited = "" }: Props) {
  return (
    <li>
      <a href={href} dir="auto">
        {visible(title)}
      </a>
      <span className="note">
        {plural(units, "unit")}
        {own && " · yours"}
        {edited && ` · ${dayOf(edited)}`}
      </span>
      {note && (
        <p className="note about" dir="auto">
          {visible(note)}
        </p>
      )}
    </li>
  );
}
