"""The privacy classes of the tables that third parties brought along.

Our own models carry theirs beside them (`class Privacy`). The classes:

- personal: says something about a person, in the clear or under the person's key;
- pseudonymous: tells people apart without naming them;
- proof: kept to prove what was said and done;
- operational: about the service, not about people.
"""

_OAUTH_TOKEN = {
    "id": "operational",
    "user": "pseudonymous",
    "application": "operational",
    "expires": "operational",
    "scope": "operational",
    "created": "operational",
    "updated": "operational",
}
# Because only officers sign in with a name that axes sees; customers have none.
_ATTEMPT = {
    "id": "operational",
    "user_agent": "personal",
    "ip_address": "personal",
    "username": "personal",
    "http_accept": "operational",
    "path_info": "operational",
    "attempt_time": "operational",
}

THIRD_PARTY: dict[str, dict[str, str]] = {
    "contenttypes.ContentType": {
        "id": "operational",
        "app_label": "operational",
        "model": "operational",
    },
    "auth.Permission": {
        "id": "operational",
        "name": "operational",
        "content_type": "operational",
        "codename": "operational",
    },
    "auth.Group_permissions": {
        "id": "operational",
        "group": "operational",
        "permission": "operational",
    },
    "auth.Group": {"id": "operational", "name": "operational"},
    "sessions.Session": {
        "session_key": "pseudonymous",
        "session_data": "pseudonymous",
        "expire_date": "operational",
    },
    "oauth2_provider.Grant": _OAUTH_TOKEN
    | {
        "code": "operational",
        "redirect_uri": "operational",
        "code_challenge": "operational",
        "code_challenge_method": "operational",
        "nonce": "operational",
        "claims": "operational",
        "resource": "operational",
    },
    "oauth2_provider.AccessToken": _OAUTH_TOKEN
    | {
        "source_refresh_token": "operational",
        "token": "operational",
        "token_checksum": "operational",
        "id_token": "operational",
        "resource": "operational",
    },
    "oauth2_provider.RefreshToken": {
        "id": "operational",
        "user": "pseudonymous",
        "token": "operational",
        "token_checksum": "operational",
        "application": "operational",
        "access_token": "operational",
        "token_family": "operational",
        "resource": "operational",
        "created": "operational",
        "updated": "operational",
        "revoked": "operational",
    },
    "oauth2_provider.IDToken": _OAUTH_TOKEN | {"jti": "operational"},
    "oauth2_provider.DeviceGrant": {
        "id": "operational",
        "user": "pseudonymous",
        "device_code": "operational",
        "user_code": "operational",
        "scope": "operational",
        "interval": "operational",
        "expires": "operational",
        "status": "operational",
        "client_id": "operational",
        "last_checked": "operational",
    },
    "axes.AccessFailureLog": _ATTEMPT | {"locked_out": "operational"},
    "axes.AccessAttempt": _ATTEMPT
    | {
        "get_data": "personal",
        "post_data": "personal",
        "failures_since_start": "operational",
    },
    "axes.AccessAttemptExpiration": {
        "access_attempt": "operational",
        "expires_at": "operational",
    },
    "axes.AccessLog": _ATTEMPT | {"logout_time": "operational", "session_hash": "pseudonymous"},
}
