/** A unit that can be picked for a comparison: the button that does, a number, and what is known of it. */
type Props = { action: string; name: string; value: string; about: string; onPick: (() => void) | null };

export const PickRow = ({ action, name, value, about, onPick }: Props) => (
  <li>
    {onPick ? (
      <button type="button" onClick={onPick}>
        {action} {name}
      </button>
    ) : (
      <span>{name}</span>
    )}
    <b>{value}</b>
    <p>{about}</p>
  </li>
);
