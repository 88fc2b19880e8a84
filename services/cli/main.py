"""The `passerelle` command."""

from cyclopts import App

from services.cli.up import up

app = App(name="passerelle", help="International skills partnerships: registry, matching and reporting.")
app.command(up)
# Commands that import much are named by path, so that only their own start pays for it.
app.command("services.cli.migrate:migrate", help="Bring the databases to a revision.")


def main() -> None:
    app()


if __name__ == "__main__":
    main()
