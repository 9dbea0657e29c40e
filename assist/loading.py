"""Settings -> the engines to load, and where their models are."""

from assist.settings import Settings
from streaming import models
from streaming.engines.contract import Options
from streaming.recogniser_wire import Load


def what_to_load(settings: Settings) -> list[Load]:
    """The engines and where their models are: the live one, and the one for final words if asked for.

    Raises ModelNotFound or ModelMismatch.
    """
    if settings.engine == "scripted":
        options = Options(str(settings.script), settings.workers, settings.threads, settings.device)
        return [Load("scripted", options)]
    loads = [Load(settings.engine, _options(settings, settings.model, settings.workers))]
    if settings.final_model:
        loads.append(Load(settings.engine, _options(settings, settings.final_model, workers=1), gives_way=True))
    return loads


def _options(settings: Settings, name: str, workers: int) -> Options:
    model = models.prepare(name, settings.cache_dir, settings.device)
    return model.options(workers, settings.threads)
