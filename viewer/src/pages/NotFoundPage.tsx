/** An address that names nothing here. */
import { useEffect } from "react";

export function NotFoundPage({ sentence }: { sentence: string }) {
  useEffect(() => {
    document.title = "Not found · Neuronscope";
  }, []);
  return (
    <div className="home">
      <h1 tabIndex={-1}>Not found</h1>
      <p className="lede">{sentence}</p>
      <p>
        <a href="#/">To the start</a>
      </p>
    </div>
  );
}
