"""What a static site holds: named datasets and the built viewer in, every file of the site out; nothing is written yet.

The small files are what the server itself answers, written down.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from neuronscope.codec import dumps
from neuronscope.dataset import layout
from neuronscope.errors import BadInput
from neuronscope_server.catalog import Catalog
from neuronscope_server.publish.elsewhere import origin_of, stays, web_address
from neuronscope_server.publish.ownzips import own_zips
from neuronscope_server.publish.pieces import SITE, Begin, Release, SitePlan, whole
from neuronscope_server.publish.source import Source, source_of
from neuronscope_server.shapes import Site
from neuronscope_server.viewerfiles import INDEX, STATIC, is_hashed, viewer_files

_ALONE = (layout.RECORDS, layout.EXPLANATIONS)  # parts that a packed site has as the dataset has them


def plan_site(
    catalog: Catalog,
    *,
    title: str,
    packed: bool,
    static: Path = STATIC,
    base: str | None = None,
    suggest: str | None = None,
    elsewhere: Mapping[str, str] | None = None,
    begin: Begin = lambda _: None,
) -> SitePlan:
    """Every file of a site of these datasets. What takes long to read is read when it is written.

    ``begin`` is given every release once it is planned: it can be written while the rest is still looked at.

    ``base``: the path that the page takes its addresses to be relative to. ``suggest``: as ``Site.suggest``.
    ``elsewhere``: datasets that stay where they are, addresses by name.

    :raises BadInput: a dataset cannot be published, or the viewer is not built.
    :raises BrokenData: a dataset's files cannot be read.
    """
    assets = viewer_files(static)
    if not assets:
        raise BadInput("This copy has no viewer to publish: run make build in a checkout, which needs Node 20.")
    sources = [source_of(catalog, name) for name in catalog.names()]
    copied = [_copied(source, begin) if packed else {} for source in sources]
    # imported now: meanwhile bytes are copied already
    from neuronscope_server.publish.page import static_page
    from neuronscope_server.publish.releases import Publisher
    from neuronscope_server.reading import reading_app
    from neuronscope_server.tables import Tables

    tables = Tables(catalog, None)
    client = reading_app(catalog, tables).test_client()
    releases, entries = [], []
    for source, zips in zip(sources, copied, strict=True):
        publisher = Publisher(source, tables, client, begin)
        found, entry = publisher.packed(zips) if packed else publisher.files()
        releases += found
        entries.append(entry)
    for name, root in (elsewhere or {}).items():
        release, entry = stays(name, root)
        begin(release)
        releases.append(release)
        entries.append(entry)
    site = Site(title, entries, [], search=any(entry.search for entry in entries), writing=False, suggest=suggest)
    page = static_page(assets[INDEX], base, _origins(elsewhere or {}))
    files = [whole(name, data) for name, data in assets.items() if name != INDEX]
    lasting, others = ([one for one in files if is_hashed(one.path) == wanted] for wanted in (True, False))
    return SitePlan(releases, lasting, [*others, whole(INDEX, page), whole(SITE, dumps(site))])


def _copied(source: Source, begin: Begin) -> dict[str, Release]:
    zips = {}
    for part in source.has(_ALONE):
        for place, layers in source.places(part).items():
            zips[place] = own_zips(source, part, layers)
            begin(zips[place])
    return zips


def _origins(elsewhere: Mapping[str, str]) -> list[str]:
    return sorted({origin_of(web_address(root)) for root in elsewhere.values()})
