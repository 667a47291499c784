"""Drives `sousvide lsp` with the client of pygls, the way an editor would.

usage: lsp_session.py SOUSVIDE RECIPE.yaml

RECIPE is a recipe without errors that has a reward `correct` gated by nothing and used by others, as
recipes/quickstart.yaml has. The session opens, breaks, mends, completes, hovers, navigates, renames,
fixes and formats, and ends politely. Exit code 0 when every answer is as expected; 1 with the first
that is not. The times of a keystroke in a recipe of 500 lines are printed.
"""
import asyncio
import pathlib
import sys
import tempfile
import time

from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient


def check(holds, what, *details):
    if not holds:
        sys.exit("different: " + what + "".join("\n  " + repr(d) for d in details))


class Session:
    def __init__(self, client, folder):
        self.client = client
        self.folder = folder
        self.found = {}
        self.versions = {}
        self.texts = {}

        @client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def published(params):
            self.found[params.uri] = params.diagnostics

    def uri(self, name):
        return (self.folder / name).as_uri()

    def open(self, name, text):
        uri = self.uri(name)
        self.versions[uri], self.texts[uri] = 1, text
        self.client.text_document_did_open(
            lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(uri, "yaml", 1, text)))
        return uri

    def replace(self, uri, old, new):
        """Types over the first place where `old` stands."""
        text = self.texts[uri]
        check(old in text, "the session's own text", old)
        start = text.index(old)
        self.versions[uri] += 1
        self.texts[uri] = text[:start] + new + text[start + len(old):]
        self.client.text_document_did_change(
            lsp.DidChangeTextDocumentParams(
                lsp.VersionedTextDocumentIdentifier(self.versions[uri], uri),
                [lsp.TextDocumentContentChangePartial(
                    lsp.Range(position(text, start), position(text, start + len(old))), new)]))

    def at(self, uri, marked):
        """The document and the position of the `|` in the first place where `marked` stands."""
        before, after = marked.split("|")
        text = self.texts[uri]
        check(before + after in text, "the session's own text", marked)
        offset = text.index(before + after) + len(before)
        return dict(
            text_document=lsp.TextDocumentIdentifier(uri), position=position(text, offset))

    def errors(self, uri):
        return [d for d in self.found.get(uri, []) if d.severity == lsp.DiagnosticSeverity.Error]


def position(text, offset):
    line = text.count("\n", 0, offset)
    column = text[text.rfind("\n", 0, offset) + 1:offset]
    return lsp.Position(line, len(column.encode("utf-16-le")) // 2)


def applied(text, edits):
    lines = text.splitlines(keepends=True) + [""]
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))

    def offset(place):
        line = lines[place.line]
        units = line.encode("utf-16-le")[:place.character * 2]
        return starts[place.line] + len(units.decode("utf-16-le"))

    for edit in sorted(edits, key=lambda e: offset(e.range.start), reverse=True):
        text = text[:offset(edit.range.start)] + edit.new_text + text[offset(edit.range.end):]
    return text


async def session(program, recipe, folder):
    client = LanguageClient("sousvide-session", "1")
    await client.start_io(program, "lsp")
    s = Session(client, folder)
    capabilities = lsp.ClientCapabilities(
        text_document=lsp.TextDocumentClientCapabilities(
            completion=lsp.CompletionClientCapabilities(
                completion_item=lsp.ClientCompletionItemOptions(snippet_support=True)),
            code_action=lsp.CodeActionClientCapabilities(
                code_action_literal_support=lsp.ClientCodeActionLiteralOptions(
                    lsp.ClientCodeActionKindOptions([lsp.CodeActionKind.QuickFix]))),
            document_symbol=lsp.DocumentSymbolClientCapabilities(
                hierarchical_document_symbol_support=True)))
    answer = await client.initialize_async(
        lsp.InitializeParams(process_id=None, capabilities=capabilities, root_uri=folder.as_uri()))
    can = answer.capabilities
    check(answer.server_info.name == "sousvide", "name", answer.server_info)
    check(can.rename_provider and can.completion_provider and can.hover_provider, "capabilities", can)
    client.initialized(lsp.InitializedParams())

    async def settled():
        # The server works in order, so an answer says that all before it is done.
        await client.text_document_folding_range_async(
            lsp.FoldingRangeParams(lsp.TextDocumentIdentifier(uri)))

    # Open, break, mend.
    text = recipe.read_text()
    uri = s.open("recipe.yaml", text)
    await settled()
    check(uri in s.found and not s.errors(uri), "findings of a good recipe", s.found)
    s.replace(uri, "credit: reasoning, primary", "credit: raesoning, primary")
    await settled()
    broken = s.errors(uri)
    check(
        any("raesoning" in d.message and d.code.startswith("SV") for d in broken),
        "an undeclared process", broken)
    s.replace(uri, "raesoning", "reasoning")
    s.replace(uri, "rewards:\n", "rewards:\n  half: {kind: \n")
    await settled()
    check(s.errors(uri), "findings of a broken text", s.found)

    # Complete on the broken text, and accept.
    async def offered(marked):
        answer = await client.text_document_completion_async(
            lsp.CompletionParams(**s.at(uri, marked)))
        return {item.label: item for item in answer.items}

    kinds = await offered("half: {kind: |\n")
    check({"accuracy", "format", "judge", "length"} <= set(kinds), "kinds", kinds.keys())
    s.replace(uri, "half: {kind: \n", "half: {kind: format, of: [], \n")
    names = await offered("kind: format, of: [|]")
    check({"observation", "think", "answer"} <= set(names), "segments", names.keys())
    keys = await offered("of: [], |\n")
    check("credit" in keys and "kind" not in keys, "keys", keys.keys())
    edit = keys["credit"].text_edit
    check(edit.new_text.startswith("credit: "), "a key", edit)
    s.replace(uri, "  half: {kind: format, of: [], \n", "")
    s.replace(uri, "max_new_tokens: 72 tok}", "max_new_tokens: 72}")
    units = await offered("max_new_tokens: 72|}")
    check(list(units) == ["tok"] and units["tok"].text_edit.new_text == " tok", "units", units)
    s.replace(uri, "max_new_tokens: 72}", "max_new_tokens: 72 tok}")
    await settled()
    check(s.texts[uri] == text and not s.errors(uri), "the mended recipe", s.errors(uri))

    # Hover.
    hover = await client.text_document_hover_async(lsp.HoverParams(**s.at(uri, "group_|size: 8")))
    check("responses" in hover.contents.value and "here: `8`" in hover.contents.value, "hover", hover)
    hover = await client.text_document_hover_async(lsp.HoverParams(**s.at(uri, "when: corr|ect")))
    check("0 to 1" in hover.contents.value, "hover of a reward", hover)

    # Go to the definition, find the uses, rename.
    places = await client.text_document_definition_async(
        lsp.DefinitionParams(**s.at(uri, "when: corr|ect")))
    check(
        [p.range.start for p in places] == [s.at(uri, "|correct: {kind")["position"]],
        "definition", places)
    uses = await client.text_document_references_async(
        lsp.ReferenceParams(
            **s.at(uri, "|correct: {kind"), context=lsp.ReferenceContext(include_declaration=True)))
    prepared = await client.text_document_prepare_rename_async(
        lsp.PrepareRenameParams(**s.at(uri, "when: corr|ect")))
    check(prepared.placeholder == "correct", "prepareRename", prepared)
    renaming = await client.text_document_rename_async(
        lsp.RenameParams(**s.at(uri, "when: corr|ect"), new_name="right"))
    edits = renaming.changes[uri]
    check(len(edits) == len(uses) and len(edits) >= 2, "uses", edits, uses)
    renamed = applied(text, edits)
    check("right: {kind: accuracy" in renamed and "when: right > 0" in renamed, "rename", renamed)
    other = s.open("renamed.yaml", renamed)
    await settled()
    check(not s.errors(other), "findings after a rename", s.errors(other))
    try:
        await client.text_document_rename_async(
            lsp.RenameParams(**s.at(uri, "when: corr|ect"), new_name="sufficient"))
        check(False, "a name that is taken")
    except Exception as error:
        check("already" in str(error), "a name that is taken", error)

    # Outline and fixes.
    symbols = await client.text_document_document_symbol_async(
        lsp.DocumentSymbolParams(lsp.TextDocumentIdentifier(uri)))
    check("rewards" in [symbol.name for symbol in symbols], "outline", symbols)
    s.replace(uri, "steps: 150", "stpes: 150")
    await settled()
    misspelt = s.errors(uri)
    check(misspelt, "a misspelt key", s.found)
    actions = await client.text_document_code_action_async(
        lsp.CodeActionParams(
            lsp.TextDocumentIdentifier(uri), misspelt[0].range, lsp.CodeActionContext(misspelt)))
    fixes = [a for a in actions if a.kind == lsp.CodeActionKind.QuickFix]
    if fixes:
        mended = applied(s.texts[uri], fixes[0].edit.changes[uri])
        check(mended == text, "a fix", mended)
    s.replace(uri, "stpes: 150", "steps: 150")

    # Format.
    if can.document_formatting_provider:
        s.replace(uri, "edition: 2026-11", "edition:   2026-11")
        edits = await client.text_document_formatting_async(
            lsp.DocumentFormattingParams(
                lsp.TextDocumentIdentifier(uri),
                lsp.FormattingOptions(tab_size=2, insert_spaces=True)))
        check(applied(s.texts[uri], edits or []).count("edition:   ") == 0, "formatting", edits)
        s.replace(uri, "edition:   2026-11", "edition: 2026-11")

    # The time of a keystroke in a recipe of 500 lines.
    extra = range((500 - text.count("\n")) // 2)
    long = text.replace("\ndata:\n", "\ndata:\n" + "".join(
        f"  extra_{i}: {{kind: clipworld, split: test, clips: 20, seed: {100 + i}}}\n" for i in extra))
    long = long.replace("\neval:\n", "\neval:\n" + "".join(
        f"  extra_{i}: {{data: extra_{i}, after: [rl], max_new_tokens: 72 tok}}\n" for i in extra))
    uri = s.open("long.yaml", long)
    await settled()
    times = []
    for _ in range(9):
        s.replace(uri, "clips: 20, seed: 107", "clips: 20, seed: 1070")
        start = time.perf_counter()
        await client.text_document_completion_async(
            lsp.CompletionParams(**s.at(uri, "when: correct > 0|")))
        await settled()
        times.append(1000 * (time.perf_counter() - start))
    times.sort()
    print(
        f"keystroke in {long.count(chr(10))} lines, change to findings: "
        f"median {times[len(times) // 2]:.1f} ms, worst {times[-1]:.1f} ms")

    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()
    check(client._server.returncode == 0, "exit code", client._server.returncode)
    print("every answer is as expected")


def main():
    program, recipe = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder).resolve()
        asyncio.run(asyncio.wait_for(session(program, pathlib.Path(recipe), folder), 600))


if __name__ == "__main__":
    main()
