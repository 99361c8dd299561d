"""The verbs as a notebook uses them: the same functions that the command line runs."""

from __future__ import annotations

from collections.abc import Sequence

from analyses.assess import assess as assess_layers
from analyses.parameters import Parameters
from analyses.plan import refuse_shared_columns
from analyses.profile import Profile
from analyses.profile_reader import local_profile, packaged_profile
from analyses.results import Results
from layers.load import load
from layers.study import profile_text
from layers.types import Layers, Study
from maps.publish import publish
from spatial.errors import ProfileError
from spatial.progress import OnStep, silent

__all__ = ["Study", "assess", "load", "publish", "study_profiles"]


def study_profiles(study: Study, instead: Sequence[str] = ()) -> tuple[Profile, ...]:
    """The profiles that a study asks for, or those named `instead`.

    Raises
    ------
    ProfileError
        If one is not known; the message lists those that are. If a file of the study is no valid profile. If two rules
        would have one column.
    """
    chosen = tuple(_profile(study, name) for name in instead or study.profiles)
    ids = [profile.id for profile in chosen]
    doubled = sorted({profile_id for profile_id in ids if ids.count(profile_id) > 1})
    if doubled:
        raise ProfileError(f"two profiles have the id {doubled[0]!r}, so their figures could not be told apart")
    refuse_shared_columns(chosen)
    return chosen


def _profile(study: Study, name: str) -> Profile:
    """A packaged profile, or one that lies beside the study."""
    file = study.profile_files.get(name)
    if file is not None:
        return local_profile(profile_text(file), name)
    if "/" in name or "\\" in name or name.endswith(".toml"):
        raise ProfileError(
            f"profile {name[:120]!r} is a file that the study does not name, so it cannot judge: put it into the "
            "folder of the study file, add its name to profiles = [...] there, and give that name; or give the id of a "
            "profile that ships ('linli profiles' lists them)"
        )
    return packaged_profile(name)


def assess(
    layers: Layers,
    profiles: Sequence[Profile] | None = None,
    on_step: OnStep = silent,
    parameters: Parameters | None = None,
) -> Results:
    """Assess the communities of a study. A pure function: nothing is read or written.

    Parameters
    ----------
    layers
        What `load` gave.
    profiles
        The standards to judge by; None takes those that the study names.
    on_step
        Called with the name of each step as it begins.
    parameters
        Of the method; None takes the defaults.

    Raises
    ------
    ProfileError
        If the study names a profile that is not known.
    AnalysisError
        If the layers cannot answer what the profiles ask.
    """
    chosen = study_profiles(layers.study) if profiles is None else profiles
    return assess_layers(layers, chosen, on_step, Parameters() if parameters is None else parameters)
