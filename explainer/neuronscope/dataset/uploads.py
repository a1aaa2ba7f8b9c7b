"""Putting files into Azure and Google storage through the stores' own clients, which keep content types and headers.

Uploads are in blocks, each tried again when the network or the store fails; a file is there when its last block is.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from neuronscope.dataset.blob import AZURE_KEYS, split
from neuronscope.errors import BadInput, StorageFailed

if TYPE_CHECKING:
    from azure.storage.blob import ContainerClient

    from neuronscope.dataset.target import Sent

_BLOCK = 8 * 2**20  # bytes
_RETRIES = 5
_WAIT_BASE = 3  # seconds; waits are 1, 4, 10, 28 and 82 seconds
_TIMEOUT = 60  # seconds for one answer
_UNKNOWN = ("AuthenticationFailed", "InvalidAuthenticationInfo", "NoAuthenticationInformation")  # Azure's codes
_BUSY = "the store is busy and said so again and again. Wait a little, and run it again: it goes on."


class Uploads(Protocol):
    """What blobfile cannot do; all methods raise StorageFailed, and any thread may call them."""

    def check(self) -> None:
        """:raises BadInput: the container or bucket is not there, or may not be looked at."""

    def put(self, path: str, pieces: Iterable[bytes], sent: Sent) -> None:
        """Put a file there, in place of one that is."""

    def remove(self, path: str) -> None:
        """Remove a file; one that is not there is no error."""


def open_uploads(root: str, environ: Mapping[str, str] = os.environ) -> Uploads:
    """The uploads to an ``az://`` or ``gs://`` root.

    :raises BadInput: the store's client is not installed, or there are no credentials.
    """
    return AzureUploads(root, environ) if root.startswith("az://") else GoogleUploads(root)


class AzureUploads:
    """To ``az://account/container/path``."""

    def __init__(self, root: str, environ: Mapping[str, str]) -> None:
        _, self._account, path = split(root)
        container, _, below = path.partition("/")
        self._below = f"{below}/" if below else ""
        self._root = root.rstrip("/")
        self._container = _azure_container(self._account, container, environ)

    def check(self) -> None:
        """One request to the container."""
        from azure.core.exceptions import ResourceNotFoundError

        with self._told(""):
            try:
                next(iter(self._container.list_blobs(name_starts_with=self._below, results_per_page=1)), None)
            except ResourceNotFoundError as error:
                name = self._container.container_name
                raise BadInput(
                    f"{self._root}: the account {self._account} has no container {name}. Make it first, for instance "
                    f"with az storage container create --account-name {self._account} --name {name}."
                ) from error

    def put(self, path: str, pieces: Iterable[bytes], sent: Sent) -> None:
        """In blocks; the blob is the older one until the last of them."""
        from azure.storage.blob import ContentSettings

        settings = ContentSettings(
            content_type=sent.content_type, cache_control=sent.cache, content_encoding=sent.encoding
        )
        with self._told(path):
            self._container.upload_blob(self._below + path, iter(pieces), overwrite=True, content_settings=settings)

    def remove(self, path: str) -> None:
        """One request."""
        from azure.core.exceptions import ResourceNotFoundError

        with self._told(path):
            try:
                self._container.delete_blob(self._below + path)
            except ResourceNotFoundError:
                return

    @contextmanager
    def _told(self, path: str) -> Iterator[None]:
        from azure.core.exceptions import AzureError

        try:
            yield
        except AzureError as error:
            raise StorageFailed(f"{self._root}/{path}".rstrip("/") + f": {azure_sentence(error)}") from error


def _azure_container(account: str, container: str, environ: Mapping[str, str]) -> ContainerClient:
    try:
        from azure.storage.blob import ContainerClient, ExponentialRetry
    except ImportError as error:
        raise BadInput("Writing to az:// needs a package more: pip install 'neuronscope[azure]'") from error
    return ContainerClient(
        f"https://{account}.blob.core.windows.net",
        container,
        credential=_azure_credential(account, environ),
        max_single_put_size=_BLOCK,
        max_block_size=_BLOCK,
        retry_policy=ExponentialRetry(
            initial_backoff=1, increment_base=_WAIT_BASE, retry_total=_RETRIES, random_jitter_range=1
        ),
        raw_response_hook=_as_busy,
        connection_timeout=10,
        read_timeout=_TIMEOUT,
    )


def _as_busy(response: Any) -> None:
    """The client takes "too many requests" for final, and tries again what is busy."""
    if response.http_response.status_code == 429:
        response.http_response.status_code = 503


def _azure_credential(account: str, environ: Mapping[str, str]) -> Any:
    """As blobfile reads them: a key, a connection string; else whoever is logged in, where azure-identity is there."""
    stated = dict(
        part.split("=", 1) for part in environ.get("AZURE_STORAGE_CONNECTION_STRING", "").split(";") if "=" in part
    )
    key = next((environ[name] for name in AZURE_KEYS if environ.get(name)), None) or stated.get("AccountKey")
    owner = environ.get("AZURE_STORAGE_ACCOUNT") or stated.get("AccountName") or account
    if key and owner == account:
        return key
    try:
        from azure.identity import DefaultAzureCredential
    except ImportError as error:
        other = f"; the one that is set is of the account {owner}" if key else ""
        raise BadInput(
            f"az://{account} needs credentials: set AZURE_STORAGE_KEY to a key of the account{other}, or log in with "
            "az login and pip install azure-identity."
        ) from error
    return DefaultAzureCredential()


def azure_sentence(error: Exception) -> str:
    """What went wrong, and what to do."""
    code = getattr(error, "error_code", None)
    code = str(getattr(code, "value", code) or "")  # a member of the client's own list where it knows the code
    status = getattr(error, "status_code", None)
    if code in ("ContainerNotFound", "ResourceNotFound"):
        return "there is no such container. Make it first."
    unknown = code in _UNKNOWN or "failed to authenticate" in str(error)
    if unknown or status == 401:
        return (
            "the credentials are wrong or have expired. Renew the key (AZURE_STORAGE_KEY), or log in again: az login."
        )
    if status == 403:
        return "the credentials do not allow this. The role Storage Blob Data Contributor does."
    if status in (429, 503):
        return _BUSY
    if status is None:
        return f"the store cannot be reached ({_first_line(error)}). Look at the network, and run it again: it goes on."
    return f"the store answered with status {status} ({_first_line(error)})."


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


class GoogleUploads:
    """To ``gs://bucket/path``, with the credentials that Google's client finds."""

    def __init__(self, root: str) -> None:
        _, bucket, below = split(root)
        self._root = root.rstrip("/")
        self._below = f"{below}/" if below else ""
        try:
            from google.auth.exceptions import DefaultCredentialsError
            from google.cloud import storage
        except ImportError as error:
            raise BadInput("Writing to gs:// needs a package more: pip install 'neuronscope[google]'") from error
        try:
            self._bucket = storage.Client().bucket(bucket)
        except DefaultCredentialsError as error:
            raise BadInput(
                f"{root} needs credentials: gcloud auth application-default login, or set "
                "GOOGLE_APPLICATION_CREDENTIALS."
            ) from error

    def check(self) -> None:
        """One request to the bucket."""
        from google.api_core.exceptions import NotFound

        with self._told(""):
            try:
                next(iter(self._bucket.list_blobs(prefix=self._below, max_results=1)), None)
            except NotFound as error:
                raise BadInput(
                    f"{self._root}: there is no bucket {self._bucket.name}. Make it first, for instance with gcloud "
                    f"storage buckets create gs://{self._bucket.name}."
                ) from error

    def put(self, path: str, pieces: Iterable[bytes], sent: Sent) -> None:
        """As one resumable upload."""
        blob = self._bucket.blob(self._below + path, chunk_size=_BLOCK)
        blob.cache_control, blob.content_encoding = sent.cache, sent.encoding
        with self._told(path):
            file = blob.open("wb", content_type=sent.content_type, timeout=_TIMEOUT)
            try:
                with file:
                    for data in pieces:
                        file.write(data)
            except BaseException:
                file.close = _nothing  # or, cleared away, it tries once more for minutes, and may write it after all
                raise

    def remove(self, path: str) -> None:
        """One request."""
        from google.api_core.exceptions import NotFound

        with self._told(path):
            try:
                self._bucket.blob(self._below + path).delete()
            except NotFound:
                return

    @contextmanager
    def _told(self, path: str) -> Iterator[None]:
        from google.api_core.exceptions import GoogleAPIError
        from google.auth.exceptions import GoogleAuthError
        from google.cloud.storage.exceptions import InvalidResponse

        try:
            yield
        except (GoogleAPIError, GoogleAuthError, InvalidResponse, OSError) as error:
            raise StorageFailed(f"{self._root}/{path}".rstrip("/") + f": {google_sentence(error)}") from error


def _nothing() -> None:
    """What closing a file does whose upload has failed."""


def google_sentence(error: Exception) -> str:
    """What went wrong, and what to do."""
    from google.auth.exceptions import GoogleAuthError

    status = getattr(error, "code", None) or getattr(getattr(error, "response", None), "status_code", None)
    if isinstance(error, GoogleAuthError) or status == 401:
        return "the credentials are wrong or have expired. Log in again: gcloud auth application-default login."
    if status == 403:
        return "the credentials do not allow this. The role Storage Object Admin does."
    if status in (429, 503):
        return _BUSY
    if status == 404:
        return "there is no such bucket. Make it first."
    return f"the store cannot be used ({_first_line(error)}). Look at the network, and run it again: it goes on."
