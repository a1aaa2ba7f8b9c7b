/** Parts in scripts of their own: drawn once they came, asked for once, and told of where they do not come. */
import { render, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { late } from "../src/components/Late";

const Words = ({ text }: { text: string }) => <p>{text}</p>;

test("bars until the part is there, which is asked for once however often it is drawn", async () => {
  const load = vi.fn(async () => Words);
  const Part = late(load, 3);
  const { container } = render(
    <>
      <Part text="one" />
      <Part text="two" />
    </>,
  );
  expect(container.querySelectorAll(".loading")).toHaveLength(2);
  expect(await screen.findByText("one")).toBeVisible();
  expect(screen.getByText("two")).toBeVisible();
  expect(container.querySelector(".loading")).toBeNull();
  expect(load).toHaveBeenCalledTimes(1);
});

test("one that came ahead is drawn at once", async () => {
  const Part = late(async () => Words, 3);
  await Part.ahead();
  render(<Part text="one" />);
  expect(screen.getByText("one")).toBeVisible();
});

test("one that does not come is a sentence, or nothing where it is an addition", async () => {
  const lost = () => Promise.reject(new Error("no such script"));
  const [Part, Addition] = [late<object>(lost, 3), late<object>(lost, 0)];
  await Part.ahead();
  await Addition.ahead();
  render(<Part />);
  expect(screen.getByText(/did not come. Reload the page/)).toBeVisible();
  expect(render(<Addition />).container).toBeEmptyDOMElement();
});
