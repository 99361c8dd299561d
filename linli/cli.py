"""The command line: `linli init`, `pull`, `run`, `check`, `explain`, `profiles` and `demo`.

Results go to stdout, progress and notes to stderr. Exit codes: 0 done, 1 a bug of ours, 2 the input
is wrong, 3 a source could not be reached (a service on the net, a database: trying again may help),
130 interrupted.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

from linli import __version__
from linli.demo import PLACES
from spatial.errors import LinliError, SourceUnreachable

_WESTERN = re.compile(r"-[\d.]")
_DONE, _BUG, _INPUT_WRONG, _UNREACHABLE, _INTERRUPTED = 0, 1, 2, 3, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; `arguments` are those of the process if None."""
    _speak_utf8()
    options = _parser().parse_args(_box_joined(sys.argv[1:] if arguments is None else arguments))
    try:
        code = _command(options)
        sys.stdout.flush()
    except SourceUnreachable as error:
        return _fail(f"linli: {_one_line(error)}", _UNREACHABLE)
    except LinliError as error:
        return _fail(f"linli: {_one_line(error)}", _INPUT_WRONG)
    except KeyboardInterrupt:
        return _fail("linli: interrupted; what was there before is untouched", _INTERRUPTED)
    except BrokenPipeError:
        # Whoever read us has seen enough; Python would complain once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _DONE
    except Exception:  # noqa: BLE001  the one place where a bug of ours is told from a wrong input
        traceback.print_exc()
        return _fail(
            f"linli {__version__}: this is a bug in linli, not in your data. Please report the lines above", _BUG
        )
    return code


def _command(options: argparse.Namespace) -> int:
    """Carry out the command; the libraries are imported only now, so that `--help` does not wait for them."""
    if options.command == "init":
        return _init(options)
    if options.command == "pull":
        from linli.pull import pull

        return pull(options.study, server=options.overpass, refresh=options.refresh)
    if options.command == "profiles":
        from linli.profiles import profiles

        return profiles(options.profile_id, as_json=options.json)
    if options.command == "explain":
        return _explain(options)
    from linli import commands

    if options.command == "check":
        return commands.check(options.study, out=options.out, as_json=options.json, keep=options.cache)
    study = commands.demo_study(options.place) if options.command == "demo" else options.study
    asked = commands.RunOptions(
        out=options.out,
        profiles=tuple(options.profile),
        closes=tuple(options.closes),
        internal=options.demand,
        as_json=options.json,
        keep=options.cache,
    )
    return commands.run(study, asked)


def _box_joined(arguments: Sequence[str]) -> list[str]:
    """The arguments with ``--bbox -15.4,...`` as one: argparse would take a box in the west for an option."""
    joined: list[str] = []
    for argument in arguments:
        if joined and joined[-1] == "--bbox" and _WESTERN.match(argument):
            joined[-1] = f"--bbox={argument}"
        else:
            joined.append(argument)
    return joined


class _Parser(argparse.ArgumentParser):
    """Says in one line what is wrong with a command, as everything else does."""

    def error(self, message: str) -> NoReturn:
        """End with exit code 2."""
        said = " ".join(message.split())
        self.exit(_INPUT_WRONG, f"{self.prog}: {said}; {self.prog} --help says what there is\n")


def _init(options: argparse.Namespace) -> int:
    """Begin a study."""
    from linli.init import InitOptions, init

    return init(
        InitOptions(
            place=options.place,
            box=options.bbox,
            boundary=options.boundary,
            out=options.out,
            study_id=options.id,
            languages=options.language,
            nominatim=options.nominatim,
        )
    )


def _explain(options: argparse.Namespace) -> int:
    """Tell what a verdict rests on."""
    from linli.explain import explain
    from linli.explain_target import Asked

    asked = Asked(options.community, options.rule, tuple(options.profile))
    return explain(options.study, asked, language=options.language, as_json=options.json, keep=options.cache)


def _parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    parser = _Parser(
        prog="linli", description="Which communities of a city fall short, and of what.", allow_abbrev=False
    )
    parser.add_argument("--version", action="version", version=f"linli {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _fetching_commands(commands)

    run = commands.add_parser("run", help="assess a study; write map.html, gaps.gpkg and run.json", allow_abbrev=False)
    run.add_argument("study", metavar="STUDY.toml", help="the study file")
    _output_options(run)

    check = commands.add_parser(
        "check", help="read and judge the data of a study; write data-report.html and .json", allow_abbrev=False
    )
    check.add_argument("study", metavar="STUDY.toml", help="the study file")
    check.add_argument("--out", metavar="DIR", help="where the data report goes (default: out/<study id>_check)")
    check.add_argument("--json", action="store_true", help="print JSON instead of tables")
    _cache_option(check)

    _explain_command(commands)
    shipped = commands.add_parser(
        "profiles", help="list the standards that ship, or tell what one asks", allow_abbrev=False
    )
    shipped.add_argument(
        "profile_id", metavar="ID", nargs="?", help="a profile's id, or a file NAME.toml of your own to check"
    )
    shipped.add_argument("--json", action="store_true", help="print JSON instead of text")

    demo = commands.add_parser("demo", help="assess a place whose data come with linli", allow_abbrev=False)
    demo.add_argument("place", nargs="?", choices=PLACES, default=PLACES[0], help=f"default: {PLACES[0]}")
    _output_options(demo)
    return parser


def _explain_command(commands: argparse._SubParsersAction[_Parser]) -> None:
    """`explain`: why a community stands as it does."""
    explain = commands.add_parser(
        "explain", help="tell what the verdict of a community rests on, home by home: internal", allow_abbrev=False
    )
    explain.add_argument("study", metavar="STUDY.toml", help="the study file")
    explain.add_argument(
        "community", metavar="COMMUNITY", help="its id or name, LEVEL/ID of a higher unit (district/Centro), or city"
    )
    explain.add_argument(
        "rule", metavar="RULE", nargs="?", help="a rule's id, PROFILE/RULE, or a profile's id (default: all rules)"
    )
    explain.add_argument(
        "--profile", metavar="ID", action="append", default=[], help="judge by this profile instead of the study's"
    )
    explain.add_argument("--language", choices=("en", "zh"), default="en", help="of the explanation (default: en)")
    explain.add_argument("--json", action="store_true", help="print JSON instead of text")
    _cache_option(explain)


def _fetching_commands(commands: argparse._SubParsersAction[_Parser]) -> None:
    """`init` and `pull`, the only ones that speak to the net."""
    init = commands.add_parser("init", help="begin a study of a place, a box or a file of areas", allow_abbrev=False)
    where = init.add_mutually_exclusive_group(required=True)
    where.add_argument("--place", metavar="NAME", help="its name on OpenStreetMap, or an id such as relation/340783")
    where.add_argument("--bbox", metavar="W,S,E,N", help="edges in degrees, such as -15.45,28.08,-15.40,28.12")
    where.add_argument("--boundary", metavar="FILE", help="polygons of the communities, in any format that is read")
    init.add_argument("--out", metavar="DIR", help="the new folder (default: named after the place)")
    init.add_argument("--id", metavar="ID", help="short name of the study (default: made from the place's name)")
    init.add_argument("--language", metavar="en,zh", default="en", help="languages of map and report (default: en)")
    init.add_argument("--nominatim", metavar="URL", help="server that is asked for a place (or set LINLI_NOMINATIM)")

    pull = commands.add_parser("pull", help="fetch the map of a study from OpenStreetMap", allow_abbrev=False)
    pull.add_argument("study", metavar="STUDY.toml", help="the study file")
    pull.add_argument("--refresh", action="store_true", help="fetch anew what was fetched before")
    pull.add_argument("--overpass", metavar="URL", help="server that is asked (or set LINLI_OVERPASS)")


def _output_options(command: argparse.ArgumentParser) -> None:
    """What `run` and `demo` have in common."""
    command.add_argument("--out", metavar="DIR", help="where the results go (default: out/<study id>)")
    command.add_argument(
        "--profile",
        metavar="ID",
        action="append",
        default=[],
        help="judge by this profile instead of the study's; may be repeated",
    )
    command.add_argument(
        "--closes",
        metavar="LAYER",
        action="append",
        default=[],
        help="what-if: assume that this hazard layer closes streets all over; may be repeated. Results go to "
        "out/<study id>_what-if, are marked as a what-if, and judge nothing by it",
    )
    command.add_argument(
        "--demand",
        action="store_true",
        help="also write where residents are placed and the walk network: internal, not for publication",
    )
    command.add_argument("--json", action="store_true", help="print JSON instead of tables")
    _cache_option(command)


def _cache_option(command: argparse.ArgumentParser) -> None:
    """Every command that reads a map extract has it."""
    command.add_argument(
        "--no-cache",
        dest="cache",
        action="store_false",
        help="read the map extract anew and keep nothing (LINLI_CACHE names the folder where it is kept otherwise)",
    )


def _speak_utf8() -> None:
    """Names in any script must be printable, also where the console's own encoding is an old one."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _one_line(error: LinliError) -> str:
    """An error's message on one line."""
    return " ".join(str(error).split())


def _fail(line: str, code: int) -> int:
    """Say one line on stderr and return `code`."""
    print(line, file=sys.stderr)
    return code
