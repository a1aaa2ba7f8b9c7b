/** Why something that a person did was not done; nothing where it was. */
type Props = { problem: Error | null; id?: string };

export function Refusal({ problem, id }: Props) {
  return (
    <p role="alert" className="doubt" id={id}>
      {problem?.message}
    </p>
  );
}
