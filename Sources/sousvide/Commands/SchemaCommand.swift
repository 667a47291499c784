import RecipeLanguage

/// `sousvide schema`
struct SchemaCommand: Command {
  static let specification = CommandSpecification(
    "schema", summary: "print the JSON Schema of recipes, for editors",
    discussion: """
      Draft-07, usable by yaml-language-server. It knows keys, types, kinds and units; `check` and \
      `lsp` know much more. `grammar/recipe.schema.json` in the repository is the same text.
      """,
    examples: [
      "sousvide schema > recipe.schema.json",
      "sed -i '1i # yaml-language-server: $schema=recipe.schema.json' mine.yaml",
    ])

  init(_ arguments: ParsedArguments) throws {}

  func run(_ console: Console) async throws -> ExitCode {
    console.print(RecipeJSONSchema.text(.standard), terminator: "")
    return .success
  }
}
