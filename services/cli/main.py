"""The `passerelle` command. Commands are named by path, so that each loads only what it needs."""

from cyclopts import App

app = App(name="passerelle", help="International skills partnerships: registry, matching and reporting.")
app.command("services.cli.up:up")
app.command("services.cli.migrate:migrate")


def main() -> None:
    app()


if __name__ == "__main__":
    main()
