/** Where a site without a server takes better explanations: everything that stands in a template arrives as text. */
import { expect, test } from "vitest";
import { suggestHref } from "../src/suggesting";

const given = { dataset: "a&b", at: { layer: 3, unit: 17 }, url: "https://host/x/#/d/a&b/3/17?open=top" };

test("names in braces become the unit's, as text in an address", () => {
  expect(suggestHref("https://host/new?title={dataset} {layer}:{unit}&body={url}", given)).toBe(
    "https://host/new?title=a%26b 3:17&body=https%3A%2F%2Fhost%2Fx%2F%23%2Fd%2Fa%26b%2F3%2F17%3Fopen%3Dtop",
  );
  expect(suggestHref("mailto:us@host.example?subject={unit}", given)).toBe(
    "mailto:us@host.example?subject=17",
  );
  expect(suggestHref("https://host/{toString}", given)).toBe("https://host/{toString}");
});

test("a template that is no address of the web or of mail is no link", () => {
  for (const template of ["javascript:alert({unit})", "data:text/html,{url}", "/relative", " https://host"])
    expect(suggestHref(template, given)).toBeNull();
});
