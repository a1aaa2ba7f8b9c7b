/** The link of the page, copied by a button or a key; what was copied restores what one sees. */
import { useKeys } from "../keys";
import { useCopy } from "./useCopy";

export function CopyLink() {
  const [said, copyText] = useCopy("Copying is not allowed; the address bar has the link.");
  const copy = () => copyText(window.location.href);
  useKeys({ c: ["Copy the link of this page", copy] });
  return (
    <>
      <button type="button" onClick={copy}>
        Copy link
      </button>
      <span className="copied" role="status">
        {said}
      </span>
    </>
  );
}
