"""What the operator set for the protocols that feed calls, as each takes it; pure."""

from assist.settings import Settings


def of_protocols(settings: Settings) -> dict[str, dict[str, object]]:
    """By the protocol's name; secrets as they are."""
    token, key, secret = settings.twilio_auth_token, settings.audiohook_key, settings.audiohook_secret
    twilio: dict[str, object] = {
        "prospect": settings.twilio_prospect,
        "url": settings.twilio_url,
        "auth_token": token.get_secret_value() if token else None,
    }
    audiohook: dict[str, object] = {
        "url": settings.audiohook_url,
        "key": key.get_secret_value() if key else None,
        "secret": secret.get_secret_value() if secret else None,
        "suggestions": settings.audiohook_suggestions,
    }
    lines = [{who: uuid.get_secret_value() for who, uuid in line.items()} for line in settings.audiosocket_lines]
    return {"twilio": twilio, "audiohook": audiohook, "audiosocket": {"lines": lines}}
