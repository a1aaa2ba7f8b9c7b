"""The style sheet of the report's page: paper and ink, one orange, in light and dark, from 360 pixels to wide."""

from __future__ import annotations

_LIGHT = (
    "--paper:#faf9f7;--card:#fff;--ink:#1c1917;--soft:#57534e;--line:#e2dfda;--link:#1d4ed8;--mark:#b45309;"
    "--bar:#f59e0b;--cold:#2563eb;"
)
_DARK = (
    "--paper:#141210;--card:#1c1917;--ink:#ece7e1;--soft:#a8a29e;--line:#38332e;--link:#93c5fd;--mark:#fb923c;"
    "--bar:#c2570f;--cold:#60a5fa;"
)

STYLE = f"""
:root {{ color-scheme: light dark; {_LIGHT} }}
@media (prefers-color-scheme: dark) {{ :root {{ {_DARK} }} }}
* {{ box-sizing: border-box; }}
html {{ -webkit-text-size-adjust: 100%; }}
body {{
  margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}}
main {{ max-width: 1160px; margin: 0 auto; padding: 24px 16px 40px; display: grid; gap: 16px; }}
main > * {{ min-width: 0; }}
h1, h2, h3, p, ul, figure, dl, dd {{ margin: 0; padding: 0; }}
h1 {{ font-size: 26px; line-height: 1.2; font-weight: 650; letter-spacing: -.01em; overflow-wrap: anywhere; }}
h2 {{ font-size: 17px; font-weight: 650; }}
h3 {{ font-size: 14px; font-weight: 650; overflow-wrap: anywhere; }}
.soft, .of {{ color: var(--soft); }}
.of {{ font-size: 13px; max-width: 80ch; margin-bottom: 12px; }}
section {{ background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 16px; }}
.cards {{ display: grid; gap: 16px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 318px), 1fr)); }}
.cards > div {{ border-top: 1px solid var(--line); padding-top: 12px; min-width: 0; }}
.cards p {{ font-size: 13px; color: var(--soft); margin-top: 4px; overflow-wrap: anywhere; }}
.cards .main {{ font-size: 19px; line-height: 1.4; color: var(--ink); }}
.plots {{ display: grid; gap: 24px; grid-template-columns: repeat(auto-fill, minmax(min(100%, 318px), 1fr)); }}
figure {{ min-width: 0; max-width: 420px; }}
figcaption {{ font-size: 13px; color: var(--soft); margin-bottom: 8px; overflow-wrap: anywhere; }}
figcaption h3 {{ color: var(--ink); }}
svg {{ display: block; width: 100%; height: auto; overflow: visible; }}
td svg {{ width: 160px; }}
td svg[viewBox^="0 0 100"] {{ width: 100px; }}
.bar, .more {{ fill: var(--bar); }}
.less {{ fill: var(--cold); }}
circle.more, circle.less {{ fill-opacity: .75; stroke: var(--card); stroke-width: .5px; }}
.shade1 {{ fill-opacity: .2; }}
.shade2 {{ fill-opacity: .4; }}
.shade3 {{ fill-opacity: .6; }}
.shade4 {{ fill-opacity: .8; }}
.mean {{ fill: var(--mark); }}
.whisker {{ stroke: var(--mark); stroke-width: 2px; }}
.median {{ stroke: var(--ink); stroke-width: 2px; }}
.axis {{ stroke: var(--soft); }}
.hair {{ stroke: var(--line); }}
.zero {{ stroke: var(--soft); stroke-dasharray: 2 3; }}
.diagonal {{ stroke: var(--soft); }}
text {{ font-size: 12px; fill: var(--soft); font-variant-numeric: tabular-nums; }}
text.value {{ fill: var(--ink); }}
.scroll {{ overflow-x: auto; }}
:focus-visible {{ outline: 2px solid var(--link); outline-offset: 2px; border-radius: 4px; }}
table {{ border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; width: 100%; }}
th, td {{
  text-align: left; padding: 5px 12px 5px 0; border-top: 1px solid var(--line); vertical-align: top; font-weight: 400;
}}
thead th {{ border-top: 0; font-size: 12px; color: var(--soft); white-space: nowrap; vertical-align: bottom; }}
tbody th {{ min-width: 14ch; }}
th:last-child, td:last-child {{ padding-right: 0; }}
th.n, td.n {{ text-align: right; white-space: nowrap; width: 1px; }}
td.text {{ min-width: 16ch; overflow-wrap: anywhere; }}
.part + .part {{ margin-top: 24px; }}
.plots + .scroll {{ margin-top: 16px; }}
.halves {{ display: grid; gap: 16px 40px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); }}
.halves > div {{ min-width: 0; }}
details {{ margin-top: 12px; }}
summary {{ font-size: 13px; color: var(--link); cursor: pointer; padding: 4px 0; }}
dl {{ display: grid; gap: 4px 16px; grid-template-columns: max-content 1fr; font-size: 13px; }}
dt {{ color: var(--soft); }}
.notes {{ list-style: none; display: grid; gap: 4px; overflow-wrap: anywhere; font-size: 13px; }}
dl + .notes {{ margin-top: 12px; }}
@media (max-width: 600px) {{
  main {{ padding: 12px; gap: 12px; }}
  section {{ padding: 12px; border-radius: 8px; }}
  figure {{ max-width: none; }}
  dl {{ grid-template-columns: 1fr; }}
  dd {{ margin-bottom: 8px; }}
}}
@media print {{ section {{ break-inside: avoid; }} details {{ display: none; }} }}
"""
