"""The `passerelle` command."""

from cyclopts import App

from services.cli.up import up

app = App(name="passerelle", help="International skills partnerships: registry, matching and reporting.")
client = App(name="client", help="API clients.")
app.command(client)
app.command(up)
# Commands that import much are named by path, so that only their own start pays for it.
app.command("services.cli.demo:demo", help="Tell the story of a partnership on running services.")
app.command("services.cli.feed:app", name="feed", help="The feeds that services follow.")
app.command("services.cli.history:app", name="history", help="The versions of the registry's records.")
app.command("services.cli.migrate:migrate", help="Bring the databases to a revision.")
app.command("services.cli.reference:app", name="reference", help="Figures that the fourfold win is computed with.")
app.command("services.cli.reporting:app", name="reporting", help="Care for reporting's figures.")
app.command("services.cli.taxonomy:app", name="taxonomy", help="The skill taxonomy.")
app.command("services.cli.work:work", help="Compute what a service leaves to workers.")
client.command("services.cli.client:create", help="Create an API client of an organisation.")
app.command("services.cli.openapi:write", name="openapi", help="Write the OpenAPI documents to docs/openapi.")
app.command("services.cli.bench:bench", help="Run the benchmarks, each beside its named alternative.")


def main() -> None:
    app()


if __name__ == "__main__":
    main()
