"""`provscan demo`: make a small real drop with references and paper, and scan it."""

from pathlib import Path

import click


@click.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("provscan-demo"), show_default=True, metavar="DIR",
              help="Where to make the drop and its reports.")  # fmt: skip
def demo(out: Path) -> int:
    """Make a small real drop, scan it, and show what a first user sees.

    Ends with the scan's own exit code: 1, since the drop holds undeclared AI and an unlicensed picture on purpose.
    """
    import os
    import shlex
    from datetime import date

    from scanner.cli.show import Manner, path_from_here, show_scan
    from scanner.config import Config
    from scanner.demo.build import AS_OF, build
    from scanner.run.settle import Options, Surroundings, settle
    from scanner.terms.choices import FailOn, ReportFormat

    place = Path.cwd() / out
    click.echo(f"making a drop, references and paper in {out} …", err=True)
    demo_drop = build(place)
    options = Options(
        declarations=(demo_drop.declarations,),
        references=(demo_drop.references,),
        trust=(demo_drop.trust,),
        as_of=date.fromisoformat(AS_OF),
        out=place / "report",
        cache=place / "cache",
    )
    environment = {**os.environ, "PROVSCAN_DATA": str(place / "data")}  # a person's archive is for real drops
    around = Surroundings(Path.cwd(), environment, lambda _zone: date.fromisoformat(AS_OF))
    order = settle(demo_drop.drop, options, Config(), around)
    paths_by_option = {
        "--declarations": demo_drop.declarations,
        "--references": demo_drop.references,
        "--trust": demo_drop.trust,
    }
    words = ["provscan", "scan", str(path_from_here(demo_drop.drop))]
    for option, path in paths_by_option.items():
        words += [option, str(path_from_here(path))]
    click.echo(shlex.join([*words, "--as-of", AS_OF, "--out", str(path_from_here(order.out))]))
    return show_scan(order, tuple(ReportFormat), FailOn.FAIL, Manner())
