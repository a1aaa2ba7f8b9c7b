/** Why an ask has no answer, with the way to ask again; nothing where it has one. */
import { Failed } from "../components/States";

type Props = { error: Error | null; isFetching: boolean; refetch: () => void };

export const AskFailed = ({ error, isFetching, refetch }: Props) =>
  error && !isFetching && <Failed message={error.message} onRetry={refetch} />;
