"""What the demo says on the terminal: where to look, as whom, how to stop."""

from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from ringdesk.config.demo import Demo
from ringdesk.config.demo.crew import CREW, NEWCOMER, PASSWORD
from ringdesk.web.app import STATIC

DOES = {
    "agent": "the desk: you. A call comes a few seconds after you sign in",
    "supervisor": "the floor and everybody's calls",
    "manager": "the whole house",
    "admin": "users and teams",
}


def welcome(console: Console, demo: Demo) -> None:
    people = Table(box=None, padding=(0, 2), show_header=True, header_style="dim")
    for title in ("sign in as", "name", "what it is"):
        people.add_column(title)
    for person in CREW:
        if person.login in DOES:
            style = "bold cyan" if person is NEWCOMER else ""
            people.add_row(Text(person.login, style), person.name, DOES[person.login])
    others = ", ".join(person.login for person in CREW if person.login not in DOES)
    lines: list[Text | Table] = [
        Text.assemble("Open      ", (demo.site.url, "bold underline cyan")),
        Text.assemble("Password  ", (PASSWORD, "bold"), " for everybody"),
        Text(),
        people,
        Text(),
        Text(f"Also agents: {others}. They are played; sign in as one of them in a second browser, and their calls are yours.", "dim"),
        Text("Pause yourself and no call comes; dial, transfer, hang up: it all works. Nobody is really called.", "dim"),
        Text(),
        Text.assemble("Stop with ", ("Ctrl-C", "bold"), "."),
    ]
    console.print(Panel(Group(*lines), title="Ringdesk: a contact centre without a PBX", border_style="cyan", padding=(1, 2), expand=False))
    if not (STATIC / "index.html").is_file():
        console.print("[yellow]The browser client is not built: run `make install`. The API and Socket.IO answer all the same.[/]")
