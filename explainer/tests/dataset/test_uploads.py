"""What a store's refusals become: sentences that say what to do."""

from __future__ import annotations

from typing import Any

import pytest

from neuronscope.dataset.target import FolderTarget, open_target
from neuronscope.dataset.uploads import azure_sentence
from neuronscope.errors import BadInput

core = pytest.importorskip("azure.core.exceptions")


def refused(status: int | None, code: str | None = None, said: str = "no") -> Any:
    error = core.HttpResponseError(said)
    error.status_code, error.error_code = status, code
    return error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (refused(404, "ContainerNotFound"), "no such container. Make it first"),
        (refused(403, "AuthenticationFailed"), "wrong or have expired. Renew the key"),
        (refused(403, None, "Server failed to authenticate the request."), "wrong or have expired. Renew the key"),
        (refused(401), "wrong or have expired"),
        (refused(403, "AuthorizationPermissionMismatch"), "do not allow this. The role Storage Blob Data Contributor"),
        (refused(503, "ServerBusy"), "busy and said so again and again. Wait a little, and run it again"),
        (refused(429), "busy and said so again and again"),
        (core.ServiceRequestError("Name or service not known\nmore"), "cannot be reached (Name or service not known)"),
        (refused(409, "BlobBeingRehydrated", "wait\nmore"), "answered with status 409 (wait)"),
    ],
)
def test_each_refusal_says_what_to_do(error: Exception, said: str) -> None:
    assert said in azure_sentence(error)


def test_a_target_is_found_by_its_address(tmp_path: Any) -> None:
    assert isinstance(open_target(str(tmp_path)), FolderTarget)
    for address, said in [("az://account", "incomplete"), ("ftp://host/x", "cannot be written to")]:
        with pytest.raises(BadInput, match=said):
            open_target(address, environ={})
    with pytest.raises(BadInput, match=r"needs credentials: set AZURE_STORAGE_KEY"):
        open_target("az://account/container/x", environ={})
    stated = "DefaultEndpointsProtocol=https;AccountName=account;AccountKey=a2V5;EndpointSuffix=core.windows.net"
    assert open_target("az://account/container/x", environ={"AZURE_STORAGE_CONNECTION_STRING": stated}).lanes > 2
