"""Times on the call's clock as people and files write them; pure."""


def clock(at_ms: int) -> str:
    """Minutes and seconds, or hours as well: 1:02, 1:00:02."""
    seconds = max(0, at_ms) // 1000
    if seconds >= 3600:
        return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{seconds // 60}:{seconds % 60:02d}"


def stamp(at_ms: int, separator: str) -> str:
    """Hours, minutes, seconds and milliseconds, as captions want them."""
    return f"{at_ms // 3_600_000:02d}:{at_ms // 60_000 % 60:02d}:{at_ms // 1000 % 60:02d}{separator}{at_ms % 1000:03d}"


def seconds(duration_ms: int) -> str:
    """A duration in words a glance takes in: none, 0.4 s, 19 s, 2 min 5 s."""
    if abs(duration_ms) < 100:
        return "none"
    if abs(duration_ms) < 10_000:
        return f"{duration_ms / 1000:.1f} s"
    whole = round(duration_ms / 1000)
    return f"{whole} s" if whole < 120 else f"{whole // 60} min {whole % 60} s"
