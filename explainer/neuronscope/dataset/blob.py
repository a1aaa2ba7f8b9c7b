"""Azure and Google storage with credentials, through blobfile; without, their public https addresses."""

from __future__ import annotations

import logging
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from neuronscope.dataset.store import FileChanged, Stat, place, read_whole
from neuronscope.errors import BadInput, StorageFailed

if TYPE_CHECKING:
    import blobfile

_RETRIES = 5
AZURE_KEYS = ("AZURE_STORAGE_KEY", "AZURE_STORAGE_ACCOUNT_KEY")
_AZURE_OTHERS = ("AZURE_STORAGE_CONNECTION_STRING", "AZURE_APPLICATION_CREDENTIALS", "AZURE_CLIENT_ID")

logger = logging.getLogger(__name__)


def split(root: str) -> tuple[str, str, str]:
    """``az://account/container/path`` or ``gs://bucket/path`` as (scheme, account or bucket, the rest).

    :raises BadInput: the account, container or bucket is missing.
    """
    scheme, _, rest = root.partition("://")
    owner, _, path = rest.partition("/")
    path = path.strip("/")
    if not owner or (scheme == "az" and not path):
        form = "az://ACCOUNT/CONTAINER/PATH" if scheme == "az" else "gs://BUCKET/PATH"
        raise BadInput(f"{root} is incomplete; the form is {form}.")
    return scheme, owner, path


def public_address(root: str) -> str:
    """The https address of the same files, where they are public."""
    scheme, owner, path = split(root)
    if scheme == "az":
        return f"https://{owner}.blob.core.windows.net/{path}"
    return f"https://storage.googleapis.com/{owner}/{path}".rstrip("/")


def has_credentials(root: str, environ: Mapping[str, str], home: Path) -> bool:
    """Whether blobfile would find credentials that are meant for this address.

    A storage key that names another account does not count: public data must stay readable beside one's own.
    """
    scheme, owner, _ = split(root)
    if scheme == "gs":
        stored = home / ".config/gcloud/application_default_credentials.json"
        return "GOOGLE_APPLICATION_CREDENTIALS" in environ or stored.exists()
    if environ.get("AZURE_USE_IDENTITY", "0") == "1":
        return True
    if any(name in environ for name in AZURE_KEYS):
        return environ.get("AZURE_STORAGE_ACCOUNT", owner) == owner
    if "AZURE_STORAGE_CONNECTION_STRING" in environ:
        return f"accountname={owner};" in environ["AZURE_STORAGE_CONNECTION_STRING"].lower() + ";"
    return any(name in environ for name in _AZURE_OTHERS) or (home / ".azure/msal_token_cache.json").exists()


class BlobStore:
    """Reads an ``az://`` or ``gs://`` root with the credentials that blobfile finds."""

    local = False

    def __init__(self, root: str, *, context: blobfile.Context | None = None) -> None:
        split(root)
        self.root = root.rstrip("/")
        self._context = context or _context()

    def read(self, path: str) -> bytes | None:
        """The whole file, or None."""
        return read_whole(self, path)

    def read_range(self, path: str, start: int, length: int, *, version: Hashable) -> bytes:
        """Part of the file, when its ETag (or generation) is still that version."""
        if length == 0:
            return b""
        azure = self.root.startswith("az://")
        if not azure and (stat := self.stat(path)) is not None and stat.version != version:
            raise FileChanged(path)  # blobfile cannot make a Google read depend on the generation
        return self._range(path, start, length, version=str(version) if azure else None)

    def _range(self, path: str, start: int, length: int, *, version: str | None) -> bytes:
        """One request: a buffer of just that length, and a stated size, keep blobfile from asking for more."""
        import blobfile

        try:
            with self._context.BlobFile(
                place(self, path), "rb", streaming=True, buffer_size=length, file_size=start + length, version=version
            ) as file:
                file.seek(start)
                return bytes(file.read(length))
        except blobfile.RequestFailure as error:
            if error.response_status in (404, 412):
                raise FileChanged(path) from error
            raise self._failed(path, error) from error
        except (blobfile.Error, OSError) as error:
            raise self._failed(path, error) from error

    def stat(self, path: str) -> Stat | None:
        """Size and version, or None."""
        import blobfile

        try:
            found = self._context.stat(place(self, path))
        except FileNotFoundError:
            return None
        except (blobfile.Error, OSError) as error:
            raise self._failed(path, error) from error
        return Stat(found.size, found.version)

    def list(self, folder: str) -> list[str] | None:
        """The names in a folder, or None where the credentials do not allow listing."""
        import blobfile

        try:
            return [name.rstrip("/") for name in self._context.listdir(place(self, folder))]
        except (FileNotFoundError, NotADirectoryError):
            return []
        except blobfile.RequestFailure as error:
            if error.response_status in (401, 403):
                return None
            raise self._failed(folder, error) from error
        except (blobfile.Error, OSError) as error:
            raise self._failed(folder, error) from error

    def sizes(self, folder: str = "") -> dict[str, int]:
        """Bytes of each file below a folder, by its path from the root; empty where there is none.

        :raises StorageFailed: the credentials do not allow listing, or the network failed.
        """
        import blobfile

        found: dict[str, int] = {}
        left = [folder.strip("/")]
        try:
            while left:
                here = left.pop()
                for entry in self._context.scandir(place(self, here).rstrip("/")):
                    path = f"{here}/{entry.name.rstrip('/')}".lstrip("/")
                    if entry.is_dir:
                        left.append(path)
                    elif entry.stat is not None:
                        found[path] = entry.stat.size
        except (FileNotFoundError, NotADirectoryError):
            return found
        except (blobfile.Error, OSError) as error:
            raise self._failed(folder, error) from error
        return found

    def close(self) -> None:
        """Connections belong to blobfile's own pool."""

    def _failed(self, path: str, error: Exception) -> StorageFailed:
        return StorageFailed(f"{place(self, path)} cannot be read: {_sentence(error)}")


def _sentence(error: Exception) -> str:
    """What went wrong and, where something can be done, what."""
    first = str(error).partition("\n")[0]
    status = getattr(error, "response_status", None)
    if status in (401, 403) or "Could not find any credentials" in first:
        return (
            "no credentials found here open it: they are wrong, have expired, or do not allow reading. Renew the key "
            "(AZURE_STORAGE_KEY), or log in again (az login, gcloud auth application-default login)."
        )
    if status in (429, 503):
        return "the store is busy and said so again and again. Try again later."
    return first


def _context() -> blobfile.Context:
    import blobfile

    return blobfile.create_context(
        retry_limit=_RETRIES, save_access_token_to_disk=False, log_callback=logger.info, connect_timeout=10
    )
